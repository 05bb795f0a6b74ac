namespace Cairn.Store.Reading;

/// <summary>
/// One object being read from front to back: how far it was read ahead of its reader. The window doubles, so that what only looks like a
/// sequence costs little, and the next piece is asked for when half of the last is left. Under the store's lock.
/// </summary>
/// <remarks>Source: Linux, on-demand readahead (<c>mm/readahead.c</c>): window, doubling, and reading on before it is used up.</remarks>
internal sealed class ReadStream(int windowMax)
{
    public const int WindowMin = 128 << 10;

    private int _window = WindowMin;
    private ulong _from;
    private ulong _to;

    /// <summary>Reading the window ahead, until it is in the cache.</summary>
    public Task UnderWay { get; set; } = Task.CompletedTask;

    /// <summary>Whether the range is on its way already: reading it once more would only be slower.</summary>
    public bool IsUnderWay(ulong from, ulong to) => !UnderWay.IsCompleted && from < _to && to > _from;

    /// <summary>The reader has come to <paramref name="readTo"/>.</summary>
    /// <returns>What to read ahead now; empty if nothing.</returns>
    public (ulong From, ulong To) Advance(ulong readTo, ulong size)
    {
        ulong from = Math.Max(_to, readTo);
        ulong to = Math.Min(size, readTo + (ulong)_window);
        // A reader beyond the window had all of it: the task has only to end.
        bool isAwaited = !UnderWay.IsCompleted && readTo < _to;
        if (isAwaited || from >= to || from - readTo > (ulong)_window / 2)
        {
            return default;
        }

        _window = Math.Min(2 * _window, windowMax);
        return (_from, _to) = (from, to);
    }
}
