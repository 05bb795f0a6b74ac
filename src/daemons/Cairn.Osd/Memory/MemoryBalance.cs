namespace Cairn.Osd.Memory;

/// <summary>
/// How large the data cache may be, from what the process has in memory: the cache is what can give way at once, so it gets what all else leaves of
/// the target, less three tenths for what may come before the next look (64 MiB of writes may arrive in a tenth of a second). It shrinks at once; it grows when the rest has been small for some seconds, since garbage comes and goes and what is dropped must be read again.
/// </summary>
/// <remarks>Source of the idea: Ceph, <c>bluestore_cache_autotune</c>, which follows what the process has mapped.</remarks>
internal sealed class MemoryBalance
{
    /// <summary>The rest counts with the most it was in this time.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromSeconds(8);

    /// <summary>Full collections for the cache's sake take no more of the time than this part of it.</summary>
    public const int CollectingPart = 50;

    private readonly TimeProvider _time;
    private readonly long _goal;
    private readonly long _cacheMin;
    private readonly long _cacheMax;
    private readonly long _garbageMin;
    private readonly Queue<(long At, long Bytes)> _rests = [];
    private long _collectedAt;
    private int _fullCollections = -1;

    /// <param name="target">What the process aims at, <c>osd_memory_target</c>.</param>
    /// <param name="time">Its clock.</param>
    public MemoryBalance(long target, TimeProvider time)
    {
        _time = time;
        _goal = target / 10 * 7;
        _cacheMin = target / 32;
        _cacheMax = target / 2;
        _garbageMin = target / 12;
        _collectedAt = time.GetTimestamp();
    }

    /// <returns>The cache's bound from now on, and whether a full collection is worth its pause.</returns>
    public (long CacheBytesMax, bool Collect) Look(MemorySample now)
    {
        long at = _time.GetTimestamp();
        long rest = now.Resident - now.Cache;
        while (_rests.TryPeek(out var oldest) && _time.GetElapsedTime(oldest.At, at) > Remembered)
        {
            _rests.Dequeue();
        }

        _rests.Enqueue((at, rest));
        long bound = Math.Clamp(_goal - _rests.Max(static r => r.Bytes), _cacheMin, _cacheMax);
        return (bound, Collects(now, bound, at));
    }

    /// <summary>
    /// The collector runs when much is allocated: after small writes nothing makes it collect what they left. The cache wants the room if it is full, and
    /// what arrives next if too much is taken already.
    /// </summary>
    private bool Collects(MemorySample now, long bound, long at)
    {
        if (now.FullCollections != _fullCollections)
        {
            (_fullCollections, _collectedAt) = (now.FullCollections, at);
        }

        bool isRoomWanted = now.Resident > _goal || (now.Cache >= bound && bound < _cacheMax);
        if (!isRoomWanted || now.Garbage < _garbageMin || _time.GetElapsedTime(_collectedAt, at) < CollectingPart * now.FullPause)
        {
            return false;
        }

        _collectedAt = at;
        _rests.Clear(); // It is over with what it was.
        return true;
    }
}
