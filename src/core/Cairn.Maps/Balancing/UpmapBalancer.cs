using System.Collections.Immutable;
using Cairn.Crush;

namespace Cairn.Maps;

/// <summary>Evens out how many PGs each OSD has, by upmap entries: CRUSH places by chance, and chance leaves some OSDs a third too full.</summary>
/// <remarks>
/// A pure function. Each move takes a replica from the OSD furthest above its share to one further down than 1 PG below it, where the
/// failure domains allow it; so the sum of squared deviations falls with each move, and the search ends. An entry that an earlier run
/// made is undone where that does as well, which costs the map nothing. Source: Ceph documentation, "Using pg-upmap".
/// </remarks>
public static class UpmapBalancer
{
    /// <param name="map">PGs are counted where CRUSH and upmaps want them: an OSD that is down keeps its share.</param>
    /// <param name="pools">The pools to balance, each by itself.</param>
    /// <param name="maxMoves">At most this many replicas move: the throttle.</param>
    /// <param name="maxDeviation">How far an OSD may be from its fair share, in PGs of a pool.</param>
    public static BalancerPlan Propose(OsdMap map, IEnumerable<long> pools, int maxMoves, double maxDeviation = 1)
    {
        var items = ImmutableSortedDictionary.CreateBuilder<PgId, ImmutableArray<(OsdId From, OsdId To)>>();
        int moves = 0;
        double before = 0;
        double after = 0;
        foreach (long id in pools.Order())
        {
            Pool pool = map.Pools[id];
            if (!map.Crush.Rules.TryGetValue(pool.CrushRule, out CrushRule? rule))
            {
                continue;
            }

            var balance = new PoolBalance(map, pool, new RuleShape(map.Crush, rule, map));
            before = Math.Max(before, balance.MaxDeviation);
            while (moves < maxMoves && balance.TryImprove(maxDeviation))
            {
                moves++;
            }

            after = Math.Max(after, balance.MaxDeviation);
            items.AddRange(balance.Changes());
        }

        return new BalancerPlan(items.ToImmutable(), moves, before, after);
    }
}
