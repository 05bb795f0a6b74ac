namespace Cairn.Store.Extents;

/// <summary>The extents of one chunk of an object, by offset, without overlap. What none covers reads as zeroes.</summary>
internal sealed class Chunk
{
    private List<Extent> _extents = [];

    public IReadOnlyList<Extent> Extents => _extents;

    public bool IsEmpty => _extents.Count == 0;

    public static Chunk Of(IEnumerable<Extent> extents) => new() { _extents = [.. extents] };

    /// <summary>Puts the extent in place of whatever was there.</summary>
    public void Put(Extent extent) => Replace(extent.Offset, extent.End, extent);

    /// <summary>Makes a range a hole.</summary>
    public void Clear(int from, int to) => Replace(from, to, null);

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

    private void Replace(int from, int to, Extent? with)
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

    private void Insert(ref int at, Extent? extent)
    {
        if (extent is not null)
        {
            _extents.Insert(at++, extent);
        }
    }
}
