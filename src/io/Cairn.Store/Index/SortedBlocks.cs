using Cairn.Maps;

namespace Cairn.Store.Index;

/// <summary>
/// A sorted map in blocks of arrays: order and range for what FASTER's hash cannot list, at little more than the entries' own size.
/// Inserting costs a binary search and half a block's move; next to nothing behind the last entry, as removing does at the first.
/// </summary>
/// <typeparam name="TOrder">A struct, so that comparing is no call through an interface.</typeparam>
internal sealed class SortedBlocks<TKey, TValue, TOrder>
    where TOrder : struct, IComparer<TKey>
{
    private const int BlockEntriesMax = 256;
    private readonly List<Block> _blocks = [];

    public int Count { get; private set; }

    public bool TryGet(TKey key, out TValue value)
    {
        if (_blocks.Count > 0)
        {
            Block block = _blocks[BlockFor(key)];
            int at = block.Find(key);
            if (at >= 0)
            {
                value = block.Value(at);
                return true;
            }
        }

        value = default!;
        return false;
    }

    /// <summary>Adds the key or replaces its value.</summary>
    public void Set(TKey key, TValue value) => At(key, out _) = value;

    /// <summary>The value of the key, which is added if it is not there. To be used before the map changes.</summary>
    public ref TValue At(TKey key, out bool isNew)
    {
        if (_blocks.Count == 0)
        {
            _blocks.Add(new Block());
        }

        int index = BlockFor(key);
        Block block = _blocks[index];
        int at = block.Find(key);
        isNew = at < 0;
        if (!isNew)
        {
            return ref block.Value(at);
        }

        at = ~at;
        if (block.Count == BlockEntriesMax)
        {
            // A block full at its end, with nothing behind it, is being appended to in order: start the next instead of halving.
            int keep = index == _blocks.Count - 1 && at == BlockEntriesMax ? BlockEntriesMax : BlockEntriesMax / 2;
            Block right = block.SplitAt(keep);
            _blocks.Insert(index + 1, right);
            if (at > keep || at == keep && keep == BlockEntriesMax)
            {
                block = right;
                at -= keep;
            }
        }

        block.Insert(at, key, default!);
        Count++;
        return ref block.Value(at);
    }

    public bool Remove(TKey key, out TValue value)
    {
        if (_blocks.Count > 0)
        {
            int index = BlockFor(key);
            int at = _blocks[index].Find(key);
            if (at >= 0)
            {
                value = RemoveAt(index, at);
                return true;
            }
        }

        value = default!;
        return false;
    }

    /// <summary>Removes the first key at or behind <paramref name="from"/>, if it is before <paramref name="to"/>.</summary>
    public bool RemoveFirst(TKey from, TKey to, out TValue value)
    {
        if (TryFindFirst(from, out int index, out int at) && default(TOrder).Compare(_blocks[index].Key(at), to) < 0)
        {
            value = RemoveAt(index, at);
            return true;
        }

        value = default!;
        return false;
    }

    /// <summary>The first key at or behind <paramref name="key"/>.</summary>
    public bool TryFirst(TKey key, out TKey first)
    {
        bool found = TryFindFirst(key, out int index, out int at);
        first = found ? _blocks[index].Key(at) : default!;
        return found;
    }

    /// <summary>Entries from <paramref name="key"/> on. Do not change the map meanwhile.</summary>
    public IEnumerable<KeyValuePair<TKey, TValue>> From(TKey key) => TryFindFirst(key, out int index, out int at) ? From(index, at) : [];

    public IEnumerable<KeyValuePair<TKey, TValue>> All() => From(0, 0);

    private IEnumerable<KeyValuePair<TKey, TValue>> From(int index, int at)
    {
        for (; index < _blocks.Count; index++, at = 0)
        {
            Block block = _blocks[index];
            for (; at < block.Count; at++)
            {
                yield return new(block.Key(at), block.Value(at));
            }
        }
    }

    private bool TryFindFirst(TKey key, out int index, out int at)
    {
        index = at = 0;
        if (_blocks.Count == 0)
        {
            return false;
        }

        index = BlockFor(key);
        at = _blocks[index].Find(key);
        at = at < 0 ? ~at : at;
        if (at == _blocks[index].Count)
        {
            index++;
            at = 0;
        }

        return index < _blocks.Count;
    }

    private TValue RemoveAt(int index, int at)
    {
        Block block = _blocks[index];
        TValue value = block.Value(at);
        block.RemoveAt(at);
        if (block.Count == 0)
        {
            _blocks.RemoveAt(index);
        }

        Count--;
        return value;
    }

    /// <summary>The last block that starts at or before the key, or the first.</summary>
    private int BlockFor(TKey key)
    {
        int low = 0;
        int high = _blocks.Count - 1;
        if (high > 0 && default(TOrder).Compare(_blocks[high].Key(0), key) <= 0)
        {
            return high; // Appending.
        }

        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (default(TOrder).Compare(_blocks[middle].Key(0), key) <= 0)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return low;
    }

    /// <summary>Entries in order, from <see cref="_start"/> on.</summary>
    private sealed class Block
    {
        private TKey[] _keys = new TKey[4];
        private TValue[] _values = new TValue[4];
        private int _start;

        public int Count { get; private set; }

        public TKey Key(int at) => _keys[_start + at];

        public ref TValue Value(int at) => ref _values[_start + at];

        /// <returns>Where the key is, or the complement of where it would be.</returns>
        public int Find(TKey key)
        {
            ReadOnlySpan<TKey> keys = _keys.AsSpan(_start, Count);
            return keys.Length > 0 && default(TOrder).Compare(keys[^1], key) < 0
                ? ~keys.Length // Appending.
                : keys.BinarySearch(key, default(TOrder));
        }

        public void Insert(int at, TKey key, TValue value)
        {
            if (_start + Count == _keys.Length)
            {
                MoveTo(Count < _keys.Length * 3 / 4 ? _keys.Length : Math.Min(Count * 2, BlockEntriesMax));
            }

            at += _start;
            int behind = _start + Count - at;
            Array.Copy(_keys, at, _keys, at + 1, behind);
            Array.Copy(_values, at, _values, at + 1, behind);
            _keys[at] = key;
            _values[at] = value;
            Count++;
        }

        public void RemoveAt(int at)
        {
            Count--;
            int gap = _start;
            if (at == 0)
            {
                _start++;
            }
            else
            {
                Array.Copy(_keys, _start + at + 1, _keys, _start + at, Count - at);
                Array.Copy(_values, _start + at + 1, _values, _start + at, Count - at);
                gap = _start + Count;
            }

            _keys[gap] = default!;
            _values[gap] = default!;
        }

        public Block SplitAt(int keep)
        {
            var right = new Block { _keys = new TKey[_keys.Length], _values = new TValue[_keys.Length], Count = Count - keep };
            Array.Copy(_keys, _start + keep, right._keys, 0, right.Count);
            Array.Copy(_values, _start + keep, right._values, 0, right.Count);
            Array.Clear(_keys, _start + keep, right.Count);
            Array.Clear(_values, _start + keep, right.Count);
            Count = keep;
            return right;
        }

        /// <summary>Moves the entries to the start of an array of this size, which may be that of the present one.</summary>
        private void MoveTo(int capacity)
        {
            TKey[] keys = new TKey[capacity];
            TValue[] values = new TValue[capacity];
            Array.Copy(_keys, _start, keys, 0, Count);
            Array.Copy(_values, _start, values, 0, Count);
            _keys = keys;
            _values = values;
            _start = 0;
        }
    }
}
