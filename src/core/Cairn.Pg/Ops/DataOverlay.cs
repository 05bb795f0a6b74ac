namespace Cairn.Pg.Ops;

/// <summary>
/// Changes an operation has made to the data so far, over the bytes in the store. A later step that reads sees them: it gets the
/// stored bytes of its range with the changes laid over, in order.
/// </summary>
internal sealed class DataOverlay
{
    private readonly List<Change> _changes = [];

    // Stored bytes from here on are gone, whatever grew over them since.
    private ulong _storedEnd;

    public void Reset(ulong storedSize)
    {
        _changes.Clear();
        _storedEnd = storedSize;
    }

    public void Write(ulong offset, ReadOnlyMemory<byte> data)
    {
        if (!data.IsEmpty)
        {
            _changes.Add(new(offset, (ulong)data.Length, data));
        }
    }

    public void Zero(ulong offset, ulong length) => _changes.Add(new(offset, length, default));

    /// <summary>What is past the new end reads as zeroes should the object grow again.</summary>
    public void Truncate(ulong size)
    {
        _storedEnd = Math.Min(_storedEnd, size);
        if (_changes.Count > 0)
        {
            Zero(size, ulong.MaxValue - size);
        }
    }

    /// <summary>The part of a range that must come from the store; empty if none does.</summary>
    public DataExtent StoredPart(ulong offset, ulong length) =>
        offset >= _storedEnd ? new(offset, 0) : new(offset, Math.Min(length, _storedEnd - offset));

    /// <summary>The bytes of a range, given its stored part.</summary>
    public ReadOnlyMemory<byte> Compose(ulong offset, int length, ReadOnlyMemory<byte> stored)
    {
        if (_changes.Count == 0 && stored.Length == length)
        {
            return stored; // The common read: passed on without a copy.
        }

        byte[] bytes = new byte[length];
        stored.CopyTo(bytes);
        ulong end = offset + (ulong)length;
        foreach (Change change in _changes)
        {
            ulong from = Math.Max(offset, change.Offset);
            ulong to = Math.Min(end, change.Offset + change.Length);
            if (from >= to)
            {
                continue;
            }

            Span<byte> target = bytes.AsSpan((int)(from - offset), (int)(to - from));
            if (change.Data.IsEmpty)
            {
                target.Clear();
            }
            else
            {
                change.Data.Span.Slice((int)(from - change.Offset), target.Length).CopyTo(target);
            }
        }

        return bytes;
    }

    /// <param name="Data">Empty for zeroes.</param>
    private readonly record struct Change(ulong Offset, ulong Length, ReadOnlyMemory<byte> Data);
}
