namespace Cairn.Store.Index;

/// <summary>
/// What compacting on the disk leaves to the collector: FASTER reads the log into two new pages each time. They are of the kind that the collector looks at
/// last, and lets become as many as what else there is of that kind, the log in memory and the hash table: 4 MiB for each 8 MiB compacted, hundreds of
/// MiB when an index of ten million objects is.
/// </summary>
/// <param name="bytesMax">So much of it is worth a full collection, of some milliseconds: what is large has nothing that must be followed.</param>
internal sealed class FrameGarbage(long bytesMax)
{
    private int _fullCollections;
    private long _bytes;

    /// <param name="bytes">Left just now.</param>
    /// <param name="fullCollections">So many there were: each found what was there before.</param>
    /// <returns>Whether to collect.</returns>
    public bool Add(long bytes, int fullCollections)
    {
        _bytes = bytes + (fullCollections == _fullCollections ? _bytes : 0);
        _fullCollections = fullCollections;
        return _bytes >= bytesMax;
    }
}
