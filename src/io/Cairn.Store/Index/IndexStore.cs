using Cairn.Maps;
using Cairn.Store.Devices;

namespace Cairn.Store.Index;

/// <summary>
/// The records, and what of them changed since the last checkpoint. A checkpoint freezes the set of changed keys at one instant and
/// writes their values as of then while work goes on: a frozen value about to change is first set aside. One caller at a time.
/// </summary>
/// <param name="pool">Where the records' memory comes from and goes to; null: it is the store's own.</param>
internal sealed class IndexStore(IBlockStorage storage, long memoryBytes, long recordsExpected, IndexPool? pool) : IDisposable
{
    /// <summary>
    /// Sets for that many keys are used again: growing to it anew with each checkpoint leaves twice their size to the collector, in objects
    /// that it looks at last.
    /// </summary>
    private const int KeysKept = 256 << 10;

    private readonly IndexRecords _records =
        pool?.Rent(storage, memoryBytes, recordsExpected) ?? new IndexRecords(storage, memoryBytes, recordsExpected);
    private readonly Dictionary<IndexKey, byte[]?> _setAside = [];

    /// <summary>Whether each came into being since the last checkpoint began: if it goes before the next, no run ever hears of it.</summary>
    private Dictionary<IndexKey, bool> _changed = [];
    private Dictionary<IndexKey, bool>? _frozen;
    private Dictionary<IndexKey, bool> _spare = [];
    private long _endAtFreeze;
    private IndexKey[] _frozenSorted = [];
    private int _frozenCount;
    private int _written;

    public long Count => _records.Count;

    public int Changed => _changed.Count;

    public long SpilledBytes => _records.SpilledBytes;

    /// <summary>A checkpoint is due: soon what changed since the last would be read back from the disk, record by record, to be written to its run.</summary>
    public bool ChangesOutgrowMemory => _records.IsSpilled && _records.End - _endAtFreeze > _records.GrowthBytesMax;

    /// <summary>Compacting, a part of the log at a time, is due or under way.</summary>
    public bool NeedsCompaction => _records.NeedsCompaction;

    public bool TryGet(IndexKey key, out ReadOnlySpan<byte> value) => _records.TryGet(key, out value);

    public void Put(IndexKey key, ReadOnlySpan<byte> value, bool isNew)
    {
        SetAsideIfFrozen(key);
        _changed.TryAdd(key, isNew);
        _records.Put(key, value, isNew);
    }

    public void Delete(IndexKey key)
    {
        SetAsideIfFrozen(key);
        if (_changed.TryGetValue(key, out bool isBorn) && isBorn)
        {
            _changed.Remove(key);
        }
        else
        {
            _changed[key] = false;
        }

        _records.Delete(key);
    }

    /// <summary>Puts a record that the newest checkpoint has already.</summary>
    public void Load(IndexKey key, ReadOnlySpan<byte> value) => _records.Load(key, value);

    public void Compact(object gate, IsGone gone) => _records.Compact(gate, gone);

    public void GrowIfCrowded() => _records.GrowIfCrowded();

    /// <summary>Puts a record as it was at the instant of the checkpoint, written late. Before <see cref="SortFrozen"/>.</summary>
    public void PutFrozen(IndexKey key, ReadOnlySpan<byte> value, bool isNew)
    {
        _frozen!.TryAdd(key, isNew);
        _records.Put(key, value, isNew);
    }

    /// <summary>Fixes the instant of a checkpoint.</summary>
    public void Freeze()
    {
        Invariant.Require(_frozen is null);
        (_frozen, _changed) = (_changed, _spare);
        _endAtFreeze = _records.End;
        _written = 0;
    }

    /// <summary>No more records come late. May run beside other calls, which only look at the frozen set.</summary>
    public void SortFrozen()
    {
        int count = _frozen!.Count;
        IndexKey[] sorted = _frozenSorted.Length >= count ? _frozenSorted : new IndexKey[count + count / 8];
        _frozen.Keys.CopyTo(sorted, 0);
        Array.Sort(sorted, 0, count);
        _frozenSorted = sorted;
        _frozenCount = count;
    }

    /// <summary>Adds up to <paramref name="max"/> frozen records to the run. False when there are no more.</summary>
    public bool WriteFrozen(RunWriter run, int max)
    {
        int end = Math.Min(_written + max, _frozenCount);
        for (; _written < end; _written++)
        {
            IndexKey key = _frozenSorted[_written];
            if (_setAside.Remove(key, out byte[]? old))
            {
                run.Add(key, old, removed: old is null);
            }
            else
            {
                bool found = _records.TryGet(key, out ReadOnlySpan<byte> value);
                run.Add(key, value, removed: !found);
            }
        }

        return _written < _frozenCount;
    }

    /// <summary>The frozen state is durable.</summary>
    public void Thaw()
    {
        Invariant.Require(_setAside.Count == 0 && _written == _frozenCount);
        bool isKept = _frozenCount <= KeysKept;
        _spare = isKept ? _frozen! : [];
        _spare.Clear();
        _frozen = null;
        _frozenSorted = isKept ? _frozenSorted : [];
        _frozenCount = 0;
    }

    public void Dispose()
    {
        if (pool is null)
        {
            _records.Dispose();
        }
        else
        {
            pool.Return(_records);
        }
    }

    private void SetAsideIfFrozen(IndexKey key)
    {
        if (_frozen is not null && _frozen.ContainsKey(key) && !_setAside.ContainsKey(key)
            && (_written == 0 || key.CompareTo(_frozenSorted[_written - 1]) > 0))
        {
            _setAside.Add(key, _records.TryGet(key, out ReadOnlySpan<byte> value) ? value.ToArray() : null);
        }
    }
}
