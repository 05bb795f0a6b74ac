namespace Cairn.Store.Reading;

/// <summary>
/// Verified 4 KiB units by where they are stored, within a bound that may change; which go is decided by a clock hand. Under the store's lock.
/// </summary>
internal sealed class UnitCache(long bytesMax) : IDisposable
{
    private const int UnitBytes = 4096;
    private const int SlabUnits = CacheSlab.Bytes / UnitBytes;
    private readonly Dictionary<UnitKey, int> _entryOf = [];
    private readonly List<CacheSlab> _slabs = [];
    private readonly List<Entry> _entries = [];
    private int _entriesMax = (int)(bytesMax / UnitBytes);
    private int _hand;

    public long Hits { get; private set; }

    /// <summary>Memory taken.</summary>
    public long Bytes => (long)_slabs.Count * CacheSlab.Bytes;

    /// <summary>It grows as units are added; what is above it is dropped by <see cref="DropSlab"/>.</summary>
    public long BytesMax
    {
        get => (long)_entriesMax * UnitBytes;
        set => _entriesMax = (int)(value / UnitBytes);
    }

    /// <param name="keep">False for a sequential reader, who will not come back: the unit goes when the hand comes by.</param>
    public bool TryGet(UnitKey key, bool keep, out ReadOnlySpan<byte> unit)
    {
        if (!_entryOf.TryGetValue(key, out int at))
        {
            unit = default;
            return false;
        }

        Entry entry = _entries[at];
        if (keep && !entry.Touched)
        {
            _entries[at] = entry with { Touched = true };
        }

        Hits++;
        unit = Memory(at)[..entry.Length];
        return true;
    }

    public bool Contains(UnitKey key) => _entryOf.ContainsKey(key);

    public void Add(UnitKey key, ReadOnlySpan<byte> unit)
    {
        if (_entriesMax == 0 || _entryOf.ContainsKey(key))
        {
            return;
        }

        int at = Free();
        _entries[at] = new Entry(key, unit.Length, Touched: false);
        _entryOf.Add(key, at);
        unit.CopyTo(Memory(at));
    }

    /// <summary>Gives one slab back to the machine, with the units in it, if the cache is above its bound.</summary>
    /// <returns>Whether it still is.</returns>
    public bool DropSlab()
    {
        if (!IsAboveBound)
        {
            return false;
        }

        int from = (_slabs.Count - 1) * SlabUnits;
        for (int at = from; at < _entries.Count; at++)
        {
            _entryOf.Remove(_entries[at].Key);
        }

        _entries.RemoveRange(from, _entries.Count - from);
        _slabs[^1].Dispose();
        _slabs.RemoveAt(_slabs.Count - 1);
        _hand = _hand < _entries.Count ? _hand : 0;
        return IsAboveBound;
    }

    public void Dispose()
    {
        _entriesMax = 0;
        while (DropSlab())
        {
            // One after the other.
        }
    }

    private bool IsAboveBound => _slabs.Count > (_entriesMax + SlabUnits - 1) / SlabUnits;

    private int Free()
    {
        if (_entries.Count < _entriesMax)
        {
            if (_entries.Count == _slabs.Count * SlabUnits)
            {
                _slabs.Add(new CacheSlab());
            }

            _entries.Add(default);
            return _entries.Count - 1;
        }

        while (true)
        {
            int at = _hand;
            _hand = (_hand + 1) % _entries.Count;
            Entry entry = _entries[at];
            if (!entry.Touched)
            {
                _entryOf.Remove(entry.Key);
                return at;
            }

            _entries[at] = entry with { Touched = false };
        }
    }

    private Span<byte> Memory(int at) => _slabs[at / SlabUnits].Span.Slice(at % SlabUnits * UnitBytes, UnitBytes);

    private readonly record struct Entry(UnitKey Key, int Length, bool Touched);
}

/// <summary>One stored unit of one life of a segment.</summary>
internal readonly record struct UnitKey(int Slot, uint Generation, int Position);
