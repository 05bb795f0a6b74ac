using System.Collections.Immutable;
using Cairn.Maps;

namespace Cairn.Pg.Peering;

/// <summary>Whose log is authoritative, and who should serve the PG.</summary>
/// <param name="Authority">The copy whose log all others adopt.</param>
/// <param name="Acting">Primary first: copies that can go on by the log.</param>
/// <param name="Backfill">Members of the up set that must be filled by scan first. Sorted.</param>
internal sealed record ActingChoice(OsdId Authority, ImmutableArray<OsdId> Acting, ImmutableSortedSet<OsdId> Backfill)
{
    /// <remarks>
    /// Source: Ceph, <c>find_best_info</c>. A copy of the last activation bounds what may have been acknowledged; nobody behind that is
    /// eligible, nor a copy that was never filled. Then: the later activation, the newer last_update, the longer log, this OSD.
    /// </remarks>
    /// <returns>Null if no copy can be it.</returns>
    public static OsdId? FindAuthority(IReadOnlyList<(OsdId Osd, PgInfo Info)> copies, OsdId whoami)
    {
        Epoch lastStarted = Epoch.None;
        foreach (var (_, info) in copies)
        {
            lastStarted = Max(lastStarted, info.History.LastEpochStarted);
            lastStarted = info.IsIncomplete ? lastStarted : Max(lastStarted, info.LastEpochStarted);
        }

        var bounds = copies.Where(c => c.Info.LastEpochStarted >= lastStarted).Select(static c => c.Info.LastUpdate).ToList();
        if (bounds.Count == 0)
        {
            return null;
        }

        var eligible = copies.Where(c => !c.Info.IsIncomplete && c.Info.LastUpdate >= bounds.Min()).ToList();
        return eligible.Count == 0
            ? null
            : eligible
                .OrderByDescending(static c => c.Info.LastEpochStarted)
                .ThenByDescending(static c => c.Info.LastUpdate)
                .ThenBy(static c => c.Info.LogTail)
                .ThenBy(c => c.Osd == whoami ? 0 : 1)
                .ThenBy(static c => c.Osd)
                .First().Osd;
    }

    /// <remarks>Source: Ceph, <c>calc_replicated_acting</c>: the up primary if it can, else the authority; then up, then who acts now, then strays.</remarks>
    public static ActingChoice Make(
        OsdId authority, IReadOnlyList<(OsdId Osd, PgInfo Info)> copies, Interval interval, int size)
    {
        var infos = copies.ToDictionary(static c => c.Osd, static c => c.Info);
        PgInfo best = infos[authority];
        OsdId primary = infos.TryGetValue(interval.UpPrimary, out PgInfo? up) && CanContinue(up, best) && (!up.IsEmpty || best.IsEmpty)
            ? interval.UpPrimary
            : authority;
        var acting = new List<OsdId> { primary };
        var backfill = ImmutableSortedSet.CreateBuilder<OsdId>();
        // The emptiest last: where a stray leads, there is one place too few, and an empty copy loses least by being filled from outside.
        foreach (OsdId osd in interval.Up.Where(o => o.IsReal && o != primary).OrderBy(o => infos.TryGetValue(o, out PgInfo? i) && !i.IsEmpty ? 0 : 1))
        {
            if (acting.Count < size && infos.TryGetValue(osd, out PgInfo? info) && CanContinue(info, best))
            {
                acting.Add(osd);
            }
            else
            {
                backfill.Add(osd);
            }
        }

        var others = interval.Acting.Where(static o => o.IsReal)
            .Concat(copies.OrderByDescending(static c => c.Info.LastUpdate).ThenBy(static c => c.Osd).Select(static c => c.Osd))
            .Where(o => !interval.Up.Contains(o));
        foreach (OsdId osd in others)
        {
            if (acting.Count < size && !acting.Contains(osd) && infos.TryGetValue(osd, out PgInfo? info) && CanContinue(info, best) && !info.IsEmpty)
            {
                acting.Add(osd);
            }
        }

        return new ActingChoice(authority, [.. acting], backfill.ToImmutable());
    }

    public bool IsServedBy(Interval interval) =>
        interval.Primary == Acting[0] && Acting.Order().SequenceEqual(interval.Acting.Where(static o => o.IsReal).Order());

    /// <summary>What to ask the monitor for: nothing in particular if the up set serves as it is.</summary>
    public ImmutableArray<OsdId> PgTempFor(Interval interval) =>
        interval.UpPrimary == Acting[0] && Acting.Order().SequenceEqual(interval.Up.Where(static o => o.IsReal).Order()) ? [] : Acting;

    /// <summary>Its log reaches the authority's, so that the entries between bring it up to date.</summary>
    private static bool CanContinue(PgInfo info, PgInfo best) => !info.IsIncomplete && info.LastUpdate >= best.LogTail;

    private static Epoch Max(Epoch a, Epoch b) => a > b ? a : b;
}
