namespace Cairn.Store.Index;

/// <summary>
/// A sorted map in blocks of arrays: order and range for what FASTER's hash cannot list, at little more than the entries' own size.
/// Inserting costs a binary search and half a block's move.
/// </summary>
internal sealed class SortedBlocks<TKey, TValue>(IComparer<TKey> comparer)
{
    private const int BlockEntriesMax = 256;
    private readonly List<Block> _blocks = [];

    public int Count { get; private set; }

    public bool TryGet(TKey key, out TValue value)
    {
        if (_blocks.Count > 0)
        {
            Block block = _blocks[BlockFor(key)];
            int at = block.Find(key, comparer);
            if (at >= 0)
            {
                value = block.Values[at];
                return true;
            }
        }

        value = default!;
        return false;
    }

    /// <summary>Fills the empty map with keys in order, each with the same value. Blocks keep room for a few more.</summary>
    public void Fill(List<TKey> keys, TValue value)
    {
        Cairn.Maps.Invariant.Require(_blocks.Count == 0);
        const int Filled = BlockEntriesMax * 3 / 4;
        for (int from = 0; from < keys.Count; from += Filled)
        {
            var block = new Block();
            for (int i = from; i < Math.Min(from + Filled, keys.Count); i++)
            {
                block.Insert(block.Count, keys[i], value);
            }

            _blocks.Add(block);
        }

        Count = keys.Count;
    }

    /// <returns>False if the key was there; its value is replaced.</returns>
    public bool Set(TKey key, TValue value)
    {
        if (_blocks.Count == 0)
        {
            _blocks.Add(new Block());
        }

        int index = BlockFor(key);
        Block block = _blocks[index];
        int at = block.Find(key, comparer);
        if (at >= 0)
        {
            block.Values[at] = value;
            return false;
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

        block.Insert(at, key, value);
        Count++;
        return true;
    }

    public bool Remove(TKey key, out TValue value)
    {
        value = default!;
        if (_blocks.Count == 0)
        {
            return false;
        }

        int index = BlockFor(key);
        int at = _blocks[index].Find(key, comparer);
        if (at < 0)
        {
            return false;
        }

        value = _blocks[index].Values[at];
        _blocks[index].RemoveAt(at);
        if (_blocks[index].Count == 0)
        {
            _blocks.RemoveAt(index);
        }

        Count--;
        return true;
    }

    /// <summary>The first key at or behind <paramref name="key"/>.</summary>
    public bool TryFirst(TKey key, out TKey first)
    {
        if (_blocks.Count > 0)
        {
            int index = BlockFor(key);
            int at = _blocks[index].Find(key, comparer);
            at = at < 0 ? ~at : at;
            if (at == _blocks[index].Count)
            {
                index++;
                at = 0;
            }

            if (index < _blocks.Count)
            {
                first = _blocks[index].Keys[at];
                return true;
            }
        }

        first = default!;
        return false;
    }

    /// <summary>Entries from <paramref name="key"/> on. Do not change the map meanwhile.</summary>
    public IEnumerable<KeyValuePair<TKey, TValue>> From(TKey key)
    {
        if (_blocks.Count == 0)
        {
            yield break;
        }

        int index = BlockFor(key);
        int at = _blocks[index].Find(key, comparer);
        at = at < 0 ? ~at : at;
        for (; index < _blocks.Count; index++, at = 0)
        {
            Block block = _blocks[index];
            for (; at < block.Count; at++)
            {
                yield return new(block.Keys[at], block.Values[at]);
            }
        }
    }

    public IEnumerable<KeyValuePair<TKey, TValue>> All()
    {
        foreach (Block block in _blocks)
        {
            for (int at = 0; at < block.Count; at++)
            {
                yield return new(block.Keys[at], block.Values[at]);
            }
        }
    }

    /// <summary>The last block that starts at or before the key, or the first.</summary>
    private int BlockFor(TKey key)
    {
        int low = 0;
        int high = _blocks.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (comparer.Compare(_blocks[middle].Keys[0], key) <= 0)
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

    private sealed class Block
    {
        public TKey[] Keys { get; private set; } = new TKey[4];

        public TValue[] Values { get; private set; } = new TValue[4];

        public int Count { get; private set; }

        public int Find(TKey key, IComparer<TKey> comparer) => Array.BinarySearch(Keys, 0, Count, key, comparer);

        public void Insert(int at, TKey key, TValue value)
        {
            if (Count == Keys.Length)
            {
                Resize(Math.Min(Count * 2, BlockEntriesMax));
            }

            Array.Copy(Keys, at, Keys, at + 1, Count - at);
            Array.Copy(Values, at, Values, at + 1, Count - at);
            Keys[at] = key;
            Values[at] = value;
            Count++;
        }

        public void RemoveAt(int at)
        {
            Count--;
            Array.Copy(Keys, at + 1, Keys, at, Count - at);
            Array.Copy(Values, at + 1, Values, at, Count - at);
            Keys[Count] = default!;
            Values[Count] = default!;
        }

        public Block SplitAt(int keep)
        {
            var right = new Block();
            right.Resize(Math.Max(4, Keys.Length));
            Array.Copy(Keys, keep, right.Keys, 0, Count - keep);
            Array.Copy(Values, keep, right.Values, 0, Count - keep);
            Array.Clear(Keys, keep, Count - keep);
            Array.Clear(Values, keep, Count - keep);
            right.Count = Count - keep;
            Count = keep;
            return right;
        }

        private void Resize(int capacity)
        {
            TKey[] keys = new TKey[capacity];
            TValue[] values = new TValue[capacity];
            Array.Copy(Keys, keys, Count);
            Array.Copy(Values, values, Count);
            Keys = keys;
            Values = values;
        }
    }
}
