namespace Cairn.Store.Extents;

/// <summary>
/// An ordered set of chunk numbers, kept as ranges: an object written from its start has one, however large it is.
/// </summary>
internal sealed class ChunkNumbers
{
    private readonly List<(uint From, uint Count)> _ranges = [];

    /// <summary>Empty for ever.</summary>
    public static ChunkNumbers None { get; } = new();

    public IReadOnlyList<(uint From, uint Count)> Ranges => _ranges;

    public bool Contains(uint number)
    {
        int at = RangeFor(number);
        return at >= 0 && number - _ranges[at].From < _ranges[at].Count;
    }

    /// <summary>The number must not be there.</summary>
    public void Add(uint number)
    {
        int at = RangeFor(number);
        bool joinsBefore = at >= 0 && _ranges[at].From + _ranges[at].Count == number;
        bool joinsAfter = at + 1 < _ranges.Count && _ranges[at + 1].From == number + 1;
        if (joinsBefore && joinsAfter)
        {
            _ranges[at] = (_ranges[at].From, _ranges[at].Count + 1 + _ranges[at + 1].Count);
            _ranges.RemoveAt(at + 1);
        }
        else if (joinsBefore)
        {
            _ranges[at] = (_ranges[at].From, _ranges[at].Count + 1);
        }
        else if (joinsAfter)
        {
            _ranges[at + 1] = (number, _ranges[at + 1].Count + 1);
        }
        else
        {
            _ranges.Insert(at + 1, (number, 1));
        }
    }

    /// <summary>Adds a range that lies behind all others.</summary>
    public void Append(uint from, uint count) => _ranges.Add((from, count));

    /// <summary>The number must be there.</summary>
    public void Remove(uint number)
    {
        int at = RangeFor(number);
        (uint from, uint count) = _ranges[at];
        _ranges.RemoveAt(at);
        uint after = from + count - number - 1;
        if (after > 0)
        {
            _ranges.Insert(at, (number + 1, after));
        }

        if (number > from)
        {
            _ranges.Insert(at, (from, number - from));
        }
    }

    public IEnumerable<uint> All() => Between(0, uint.MaxValue);

    /// <summary>Those within the bounds, both included. Do not change the set meanwhile.</summary>
    public IEnumerable<uint> Between(uint first, uint last)
    {
        for (int at = Math.Max(0, RangeFor(first)); at < _ranges.Count && _ranges[at].From <= last; at++)
        {
            uint end = _ranges[at].From + _ranges[at].Count;
            for (uint number = Math.Max(first, _ranges[at].From); number < end && number <= last; number++)
            {
                yield return number;
            }
        }
    }

    /// <summary>The last range that begins at or before the number; -1 if all begin behind it.</summary>
    private int RangeFor(uint number)
    {
        int low = 0;
        int high = _ranges.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_ranges[middle].From <= number)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low - 1;
    }
}
