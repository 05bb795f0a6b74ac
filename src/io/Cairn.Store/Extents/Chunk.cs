namespace Cairn.Store.Extents;

/// <summary>The extents of one chunk of an object, by offset, without overlap. What none covers reads as zeroes.</summary>
internal sealed class Chunk(ulong uid, uint number)
{
    private readonly List<Extent> _extents = new(1); // Small objects have one.

    /// <summary>The object's number.</summary>
    public ulong Uid { get; } = uid;

    public uint Number { get; } = number;

    public IReadOnlyList<Extent> Extents => _extents;

    public bool IsEmpty => _extents.Count == 0;

    /// <summary>Differs from its index record, or has none yet. A first chunk's record is its onode's.</summary>
    public bool Dirty { get; set; }

    public bool IsInIndex { get; set; }

    /// <summary>Puts the extent in place of whatever was there.</summary>
    public void Put(Extent extent, ExtentLedger ledger) => Replace(extent.Offset, extent.End, extent, ledger);

    /// <summary>Makes a range a hole.</summary>
    public void Clear(int from, int to, ExtentLedger ledger) => Replace(from, to, null, ledger);

    /// <summary>For decoders: the extent lies behind all others and is counted already.</summary>
    public void Append(Extent extent) => _extents.Add(extent);

    /// <summary>The index of the first extent that ends after <paramref name="offset"/>.</summary>
    public int FirstEndingAfter(int offset)
    {
        int low = 0;
        int high = _extents.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_extents[middle].End <= offset)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private void Replace(int from, int to, Extent? with, ExtentLedger ledger)
    {
        int first = FirstEndingAfter(from);
        int last = first;
        Extent? head = null;
        Extent? tail = null;
        for (; last < _extents.Count && _extents[last].Offset < to; last++)
        {
            Extent old = _extents[last];
            if (old.Offset < from)
            {
                head = old.Slice(old.Offset, from);
            }

            if (old.End > to)
            {
                tail = old.Slice(to, old.End);
            }
        }

        // In before out: a part of a staged write that stays must not look like the end of it.
        CountIn(head, ledger);
        CountIn(with, ledger);
        CountIn(tail, ledger);
        for (int i = first; i < last; i++)
        {
            ledger.Out(_extents[i]);
        }

        if (last == first + 1 && with is not null && head is null && tail is null)
        {
            _extents[first] = with; // The common overwrite of the same range.
            return;
        }

        _extents.RemoveRange(first, last - first);
        Insert(ref first, head);
        Insert(ref first, with);
        Insert(ref first, tail);
    }

    private void CountIn(Extent? extent, ExtentLedger ledger)
    {
        if (extent is not null)
        {
            ledger.In(this, extent);
        }
    }

    private void Insert(ref int at, Extent? extent)
    {
        if (extent is not null)
        {
            _extents.Insert(at++, extent);
        }
    }
}
