namespace Cairn.Store.Catalog;

/// <summary>
/// The places of a collection's objects, in order. Ten million objects may be on a disk, so each place is packed into what its block needs: the
/// hash counts from the block's first, and numbers take no more bytes than the largest. 7 or 8 bytes an object, and a tenth for growth.
/// </summary>
internal sealed class PlaceList
{
    private readonly List<PlaceBlock> _blocks = [];

    public int Count { get; private set; }

    public long MemoryBytes => _blocks.Sum(static block => (long)block.MemoryBytes);

    /// <summary>Adds a place that is not there.</summary>
    public void Add(ObjectPlace place)
    {
        if (_blocks.Count == 0)
        {
            _blocks.Add(new PlaceBlock([place]));
        }
        else
        {
            int index = BlockFor(place);
            PlaceBlock block = _blocks[index];
            if (block.Count == PlaceBlock.CountMax)
            {
                PlaceBlock right = block.Split();
                _blocks.Insert(index + 1, right);
                block = place.CompareTo(right[0]) < 0 ? block : right;
            }

            block.Add(place);
        }

        Count++;
    }

    /// <summary>Removes a place that is there.</summary>
    public void Remove(ObjectPlace place)
    {
        int index = BlockFor(place);
        _blocks[index].Remove(place);
        if (_blocks[index].Count == 0)
        {
            _blocks.RemoveAt(index);
        }

        Count--;
    }

    /// <summary>The first place at or behind this one.</summary>
    public bool TryFirst(ObjectPlace from, out ObjectPlace first)
    {
        if (_blocks.Count > 0)
        {
            int index = BlockFor(from);
            int at = _blocks[index].FirstFrom(from);
            if (at == _blocks[index].Count)
            {
                index++;
                at = 0;
            }

            if (index < _blocks.Count)
            {
                first = _blocks[index][at];
                return true;
            }
        }

        first = default;
        return false;
    }

    /// <summary>Places from this one on. Do not change the list meanwhile.</summary>
    public IEnumerable<ObjectPlace> From(ObjectPlace from)
    {
        for (int index = _blocks.Count > 0 ? BlockFor(from) : 0; index < _blocks.Count; index++)
        {
            PlaceBlock block = _blocks[index];
            for (int at = block.FirstFrom(from); at < block.Count; at++)
            {
                yield return block[at];
            }
        }
    }

    public IEnumerable<ObjectPlace> All() => From(ObjectPlace.First);

    /// <summary>Adds many places, in order, none of which is there.</summary>
    public void Merge(List<ObjectPlace> places)
    {
        const int Filled = PlaceBlock.CountMax * 3 / 4;
        List<PlaceBlock> old = [.. _blocks];
        _blocks.Clear();
        var next = new List<ObjectPlace>(Filled);
        int at = 0;
        foreach (PlaceBlock block in old)
        {
            for (int i = 0; i < block.Count; i++)
            {
                ObjectPlace place = block[i];
                for (; at < places.Count && places[at].CompareTo(place) < 0; at++)
                {
                    Append(places[at]);
                }

                Append(place);
            }
        }

        for (; at < places.Count; at++)
        {
            Append(places[at]);
        }

        if (next.Count > 0)
        {
            _blocks.Add(new PlaceBlock(next));
        }

        Count += places.Count;

        void Append(ObjectPlace place)
        {
            next.Add(place);
            if (next.Count == Filled)
            {
                _blocks.Add(new PlaceBlock(next));
                next.Clear();
            }
        }
    }

    /// <summary>The last block that starts at or before the place, or the first.</summary>
    private int BlockFor(ObjectPlace place)
    {
        int low = 0;
        int high = _blocks.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (_blocks[middle][0].CompareTo(place) <= 0)
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
}
