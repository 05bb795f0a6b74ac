using System.Collections.Immutable;
using Cairn.Maps;

namespace Cairn.Pg;

/// <summary>The intervals since the PG was last known clean, oldest first: whoever may have taken writes in them must be heard before new ones.</summary>
/// <remarks>Source: Ceph, <c>PastIntervals</c>.</remarks>
public sealed record PastIntervals(ImmutableArray<PastInterval> Intervals)
{
    public static PastIntervals None { get; } = new([]);

    public bool IsEmpty => Intervals.IsEmpty;

    public Epoch First => IsEmpty ? Epoch.None : Intervals[0].First;

    public PastIntervals Add(PastInterval interval) => new(Intervals.Add(interval));

    /// <summary>Of two tellings of the same past, the one that reaches back further.</summary>
    public PastIntervals MergeWith(PastIntervals other) =>
        IsEmpty ? other : other.IsEmpty || First <= other.First ? this : other;

    /// <summary>Rebuilds, from maps, the past of a PG that this OSD has no copy of.</summary>
    /// <param name="maps">Every epoch in order, from that of the pool's creation, to the present.</param>
    /// <returns>The past intervals, and the history that goes with them; give both to <see cref="PlacementGroup.Create"/>.</returns>
    public static (PastIntervals Past, PgHistory History) Build(PgId pg, IEnumerable<OsdMap> maps, PgMapper mapper)
    {
        IntervalTracker? tracker = null;
        PastIntervals past = None;
        var history = new PgHistory();
        foreach (OsdMap map in maps)
        {
            if (!map.Pools.TryGetValue(pg.Pool, out Pool? pool))
            {
                continue;
            }

            if (tracker is null)
            {
                tracker = new IntervalTracker(pg, map, mapper);
                history = history with { EpochCreated = pool.CreatedIn };
            }
            else if (tracker.Advance(map, Epoch.None) is { } ended)
            {
                past = past.Add(ended);
            }
        }

        Invariant.Require(tracker is not null, $"no map has the pool of pg {pg}");
        return (past, tracker.Stamp(history));
    }
}
