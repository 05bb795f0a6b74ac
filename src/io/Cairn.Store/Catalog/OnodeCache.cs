namespace Cairn.Store.Catalog;

/// <summary>Decoded onodes by number, bounded; which go is decided by a clock hand. Under the store's lock.</summary>
/// <param name="beforeDrop">Writes an onode's record if it differs: afterwards the cache's copy is gone.</param>
internal sealed class OnodeCache(int weightMax, Action<Onode> beforeDrop)
{
    private readonly Dictionary<ulong, Onode> _byUid = [];
    private readonly Queue<Onode> _clock = [];

    /// <summary>Chunks in memory beside the first ones, of all cached onodes: each counts like an onode.</summary>
    public int ChunksLoaded { get; set; }

    public bool TryGet(ulong uid, out Onode onode)
    {
        if (_byUid.TryGetValue(uid, out onode!))
        {
            onode.Touched = true;
            return true;
        }

        return false;
    }

    public void Add(Onode onode)
    {
        _byUid.Add(onode.Uid, onode);
        _clock.Enqueue(onode);
        onode.IsCached = true;
    }

    public void Remove(Onode onode)
    {
        _byUid.Remove(onode.Uid);
        ChunksLoaded -= onode.Loaded?.Count ?? 0;
        onode.IsCached = false;
    }

    /// <summary>Brings the cache down to its bound. Not while a transaction is being applied.</summary>
    public void Trim()
    {
        // The queue also holds removed onodes until the hand comes by: bounded by the same number.
        for (int steps = 2 * _clock.Count; _clock.Count + ChunksLoaded > weightMax && steps > 0; steps--)
        {
            Onode onode = _clock.Dequeue();
            if (!onode.IsCached)
            {
                continue;
            }

            if (onode.Touched)
            {
                onode.Touched = false;
                _clock.Enqueue(onode);
            }
            else
            {
                beforeDrop(onode);
                Remove(onode);
            }
        }
    }
}
