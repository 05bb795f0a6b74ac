using Cairn.Maps;

namespace Cairn.Pg.Scrub;

/// <summary>When a PG is due: metadata daily, data weekly, spread so that not all PGs are due at once.</summary>
/// <remarks>Source: Ceph, <c>osd_scrub_min_interval</c>, <c>osd_deep_scrub_interval</c>, <c>osd_scrub_interval_randomize_ratio</c> 0.5.</remarks>
internal static class ScrubSchedule
{
    private const long DayMs = 86_400_000;
    private const long SpreadParts = 1024;

    /// <returns>Null: nothing is due.</returns>
    public static bool? IsDeepDue(PgId pg, PgHistory history, OsdMapFlags flags, PoolFlags pool, long nowUnixMs)
    {
        bool mayDeep = !flags.HasFlag(OsdMapFlags.NoDeepScrub) && !pool.HasFlag(PoolFlags.NoDeepScrub);
        if (mayDeep && nowUnixMs - history.LastDeepScrubUnixMs > Spread(pg, 7 * DayMs))
        {
            return true;
        }

        bool may = !flags.HasFlag(OsdMapFlags.NoScrub) && !pool.HasFlag(PoolFlags.NoScrub);
        return may && nowUnixMs - history.LastScrubUnixMs > Spread(pg, DayMs) ? false : null;
    }

    // By the PG's id, not by chance: the core has none.
    private static long Spread(PgId pg, long intervalMs)
    {
        long part = ((pg.Seed * 0x9e3779b1L) + (pg.Pool * 31)) & (SpreadParts - 1);
        return intervalMs + (intervalMs / 2 / SpreadParts * part);
    }
}
