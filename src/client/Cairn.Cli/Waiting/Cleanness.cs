using Cairn.Maps;
using Cairn.Maps.Stats;

namespace Cairn.Cli.Waiting;

/// <summary>
/// Whether all data has all its copies in the right places. The states that PGs report are a moment old: after a change of the map a PG may
/// still say active+clean of the OSDs it had. So each report must be about the set that the newest map gives.
/// </summary>
internal static class Cleanness
{
    /// <summary>Null when nothing is missing.</summary>
    public static string? WhatIsMissing(OsdMap map, IReadOnlyList<PgStat> stats)
    {
        Dictionary<PgId, PgStat> byPg = stats.ToDictionary(s => new PgId(s.Pool, s.Seed));
        int total = 0;
        List<string> unclean = [];
        foreach (Pool pool in map.Pools.Values)
        {
            for (uint seed = 0; seed < pool.PgNum; seed++)
            {
                total++;
                PgId pg = new(pool.Id, seed);
                if (WhatIsMissing(map, pool, pg, byPg.GetValueOrDefault(pg)) is { } what)
                {
                    unclean.Add($"{pg} {what}");
                }
            }
        }

        return unclean.Count == 0 ? null : $"{unclean.Count} of {total} PGs are not clean: {string.Join(", ", unclean.Take(5))}{(unclean.Count > 5 ? ", ..." : "")}";
    }

    private static string? WhatIsMissing(OsdMap map, Pool pool, PgId pg, PgStat? stat)
    {
        PgMapping wanted = map.MapPg(pg);
        int copies = wanted.Up.Count(o => o.IsReal);
        return copies < pool.Size ? $"has {copies} OSDs of {pool.Size}"
            : stat is null ? "did not report"
            : !stat.State.Split('+').Contains("active") || !stat.State.Split('+').Contains("clean") ? stat.State
            : !wanted.Up.Select(o => o.Value).SequenceEqual(stat.Acting) ? "reported before its last change"
            : null;
    }
}
