namespace Cairn.Monitor.State.Stats;

/// <summary>Counts what happened in the last seconds, by second.</summary>
public sealed class RateMeter
{
    // OSDs report every second or few: a shorter window would flicker between zero and twice the truth.
    private const int WindowSeconds = 6;

    private readonly ulong[] _counts = new ulong[WindowSeconds + 1];
    private readonly long[] _seconds = new long[WindowSeconds + 1];

    public void Add(ulong count, long nowMs)
    {
        long second = nowMs / 1000;
        int slot = (int)(second % _counts.Length);
        if (_seconds[slot] != second)
        {
            _seconds[slot] = second;
            _counts[slot] = 0;
        }

        _counts[slot] += count;
    }

    /// <summary>Per second, over the whole seconds of the window.</summary>
    public double PerSecond(long nowMs)
    {
        long now = nowMs / 1000;
        ulong sum = 0;
        for (int i = 0; i < _counts.Length; i++)
        {
            long age = now - _seconds[i];
            sum += age is >= 1 and <= WindowSeconds ? _counts[i] : 0;
        }

        return (double)sum / WindowSeconds;
    }
}
