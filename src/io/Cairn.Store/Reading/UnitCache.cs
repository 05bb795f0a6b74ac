namespace Cairn.Store.Reading;

/// <summary>Verified 4 KiB units by where they are stored, within a bound; which go is decided by a clock hand. Under the store's lock.</summary>
internal sealed class UnitCache(long bytesMax)
{
    private const int UnitBytes = 4096;
    private const int SlabUnits = 256;
    private readonly Dictionary<UnitKey, int> _entryOf = [];
    private readonly List<byte[]> _slabs = [];
    private readonly List<Entry> _entries = [];
    private readonly int _entriesMax = (int)(bytesMax / UnitBytes);
    private int _hand;

    public long Hits { get; private set; }

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

    private int Free()
    {
        if (_entries.Count < _entriesMax)
        {
            if (_entries.Count == _slabs.Count * SlabUnits)
            {
                _slabs.Add(GC.AllocateUninitializedArray<byte>(SlabUnits * UnitBytes));
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

    private Span<byte> Memory(int at) => _slabs[at / SlabUnits].AsSpan(at % SlabUnits * UnitBytes, UnitBytes);

    private readonly record struct Entry(UnitKey Key, int Length, bool Touched);
}

/// <summary>One stored unit of one life of a segment.</summary>
internal readonly record struct UnitKey(int Slot, uint Generation, int Position);
