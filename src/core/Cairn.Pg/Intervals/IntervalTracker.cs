using Cairn.Maps;

namespace Cairn.Pg;

/// <summary>Follows the map epoch by epoch and tells where an interval ends.</summary>
/// <remarks>
/// Source: Ceph, <c>PastIntervals::is_new_interval</c> and <c>check_new_interval</c>. A new interval begins when up or acting set, a primary,
/// size, min_size or the PG's place in a split changes, or a member restarted. Before the split that made it, a child's past is its parent's.
/// </remarks>
internal sealed class IntervalTracker
{
    private readonly PgId _pg;
    private readonly PgMapper _mapper;

    public IntervalTracker(PgId pg, OsdMap map, PgMapper mapper)
    {
        _pg = pg;
        _mapper = mapper;
        Map = map;
        Pool = map.Pools[pg.Pool];
        PgMapping mapping = MappingIn(map, Pool);
        Current = new Interval(map.Epoch, mapping.Up, mapping.UpPrimary, mapping.Acting, mapping.ActingPrimary);
        SameUpSince = map.Epoch;
        SamePrimarySince = map.Epoch;
    }

    public OsdMap Map { get; private set; }

    public Pool Pool { get; private set; }

    public Interval Current { get; private set; }

    public Epoch SameUpSince { get; private set; }

    public Epoch SamePrimarySince { get; private set; }

    /// <summary>Takes up again what a stored history says of the present interval.</summary>
    public void Restore(PgHistory history)
    {
        Current = Current with { Since = history.SameIntervalSince };
        SameUpSince = history.SameUpSince;
        SamePrimarySince = history.SamePrimarySince;
    }

    public PgHistory Stamp(PgHistory history) => history with
    {
        SameIntervalSince = Current.Since,
        SameUpSince = SameUpSince,
        SamePrimarySince = SamePrimarySince,
    };

    /// <returns>The interval that ended with the epoch before <paramref name="next"/>, or null if it goes on. The pool must be in the map.</returns>
    public PastInterval? Advance(OsdMap next, Epoch lastEpochClean)
    {
        Pool pool = next.Pools[_pg.Pool];
        PgMapping mapping = MappingIn(next, pool);
        OsdMap last = Map;
        Pool lastPool = Pool;
        Interval interval = Current;
        Map = next;
        Pool = pool;
        if (interval.HasSameMembers(mapping) && !AnyRestarted(interval, last, next) && pool.Size == lastPool.Size && pool.MinSize == lastPool.MinSize
            && !PgSplit.Touches(_pg, lastPool.PgNum, pool.PgNum))
        {
            return null;
        }

        Current = new Interval(next.Epoch, mapping.Up, mapping.UpPrimary, mapping.Acting, mapping.ActingPrimary);
        SameUpSince = interval.Up.AsSpan().SequenceEqual(mapping.Up.AsSpan()) ? SameUpSince : next.Epoch;
        SamePrimarySince = interval.Primary == mapping.ActingPrimary ? SamePrimarySince : next.Epoch;
        return new PastInterval(interval.Since, last.Epoch, interval.Up, interval.Acting, interval.Primary,
            MaybeWentRw(interval, last, lastPool, lastEpochClean));
    }

    /// <summary>A member that came up again, unnoticed while it was down, has lost what it had not stored.</summary>
    private static bool AnyRestarted(Interval interval, OsdMap last, OsdMap next)
    {
        foreach (OsdId osd in interval.Acting)
        {
            if (last.Osd(osd)?.UpFrom != next.Osd(osd)?.UpFrom)
            {
                return true;
            }
        }

        foreach (OsdId osd in interval.Up)
        {
            if (last.Osd(osd)?.UpFrom != next.Osd(osd)?.UpFrom)
            {
                return true;
            }
        }

        return false;
    }

    /// <remarks>An interval whose primary never got up_thru in it can't have gone active, so nobody needs to be asked about it.</remarks>
    private static bool MaybeWentRw(Interval interval, OsdMap last, Pool pool, Epoch lastEpochClean)
    {
        if (last.Osd(interval.Primary) is not { } primary || interval.ActingCount < pool.MinSize)
        {
            return false;
        }

        return (primary.UpThru >= interval.Since && primary.UpFrom <= interval.Since)
            || (lastEpochClean >= interval.Since && lastEpochClean <= last.Epoch);
    }

    private PgMapping MappingIn(OsdMap map, Pool pool) => _mapper(map, PgSplit.AncestorIn(_pg, pool.PgNum));
}
