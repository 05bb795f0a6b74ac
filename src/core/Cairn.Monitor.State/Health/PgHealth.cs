using System.Globalization;
using Cairn.Maps.Stats;
using Cairn.Monitor.State.Stats;

namespace Cairn.Monitor.State.Health;

/// <summary>PGs that can't serve, lack copies, or hold damage.</summary>
internal static class PgHealth
{
    // OSDs report everything to a new leader within a report interval or two.
    private const long HearsayMs = 10_000;

    public static void Check(HealthInput input, HealthChecks checks)
    {
        PgSummary sum = PgSummary.Of(input.Pgs);
        CheckAvailability(input, checks);
        CheckRedundancy(input, sum, checks);
        CheckDamage(input, sum, checks);
        checks.AddIfAny(
            "PG_BACKFILL_FULL",
            HealthSeverity.HealthWarn,
            [.. input.Pgs.Where(v => v.States.HasFlag(PgStates.BackfillTooFull)).Select(Describe)],
            n => $"low space hindering backfill: {n} pgs backfill_toofull");
        checks.AddIfAny(
            "PG_RECOVERY_FULL",
            HealthSeverity.HealthErr,
            [.. input.Pgs.Where(v => v.States.HasFlag(PgStates.RecoveryTooFull)).Select(Describe)],
            n => $"full OSDs blocking recovery: {n} pgs recovery_toofull");
    }

    private static void CheckAvailability(HealthInput input, HealthChecks checks)
    {
        bool heardAll = input.LeaderForMs >= HearsayMs;
        PgView[] bad = [.. input.Pgs.Where(v =>
            (!v.States.HasFlag(PgStates.Active) || v.States.HasFlag(PgStates.Stale)) && (heardAll || v.Stat is not null))];
        if (bad.Length == 0)
        {
            return;
        }

        List<string> parts = [];
        Count(parts, bad, "inactive", s => !s.HasFlag(PgStates.Active));
        Count(parts, bad, "peering", s => s.HasFlag(PgStates.Peering));
        Count(parts, bad, "down", s => s.HasFlag(PgStates.Down));
        Count(parts, bad, "incomplete", s => s.HasFlag(PgStates.Incomplete));
        Count(parts, bad, "stale", s => s.HasFlag(PgStates.Stale));
        Count(parts, bad, "unknown", s => s.HasFlag(PgStates.Unknown));
        checks.Add(
            "PG_AVAILABILITY",
            HealthSeverity.HealthWarn,
            $"Reduced data availability: {string.Join(", ", parts)}",
            (ulong)bad.Length,
            [.. bad.Select(Describe)]);
    }

    private static void CheckRedundancy(HealthInput input, PgSummary sum, HealthChecks checks)
    {
        PgView[] bad = [.. input.Pgs.Where(v => (v.States & (PgStates.Degraded | PgStates.Undersized)) != 0)];
        if (bad.Length == 0 && sum.Degraded == 0)
        {
            return;
        }

        List<string> parts = [];
        if (sum.Degraded > 0)
        {
            double share = sum.Copies > 0 ? 100.0 * sum.Degraded / sum.Copies : 0;
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{sum.Degraded}/{sum.Copies} objects degraded ({share:0.000}%)"));
        }

        Count(parts, bad, "degraded", s => s.HasFlag(PgStates.Degraded));
        Count(parts, bad, "undersized", s => s.HasFlag(PgStates.Undersized));
        checks.Add(
            "PG_DEGRADED",
            HealthSeverity.HealthWarn,
            $"Degraded data redundancy: {string.Join(", ", parts)}",
            Math.Max((ulong)bad.Length, 1),
            [.. bad.Select(Describe)]);
    }

    private static void CheckDamage(HealthInput input, PgSummary sum, HealthChecks checks)
    {
        ulong errors = input.Pgs.Aggregate(0UL, (total, v) => total + (v.Stat?.ScrubErrors ?? 0));
        if (errors > 0)
        {
            checks.Add("OSD_SCRUB_ERRORS", HealthSeverity.HealthErr, $"{errors} scrub errors", errors, []);
        }

        PgView[] damaged = [.. input.Pgs.Where(v => (v.States & (PgStates.Inconsistent | PgStates.RecoveryUnfound)) != 0)];
        List<string> parts = [];
        Count(parts, damaged, "inconsistent", s => s.HasFlag(PgStates.Inconsistent));
        Count(parts, damaged, "recovery_unfound", s => s.HasFlag(PgStates.RecoveryUnfound));
        checks.AddIfAny(
            "PG_DAMAGED", HealthSeverity.HealthErr, [.. damaged.Select(Describe)], _ => $"Possible data damage: {string.Join(", ", parts)}");
        if (sum.Unfound > 0)
        {
            checks.Add(
                "OBJECT_UNFOUND",
                HealthSeverity.HealthWarn,
                $"{sum.Unfound} objects unfound",
                sum.Unfound,
                [.. input.Pgs.Where(v => v.Stat is { ObjectsUnfound: > 0 }).Select(v => $"pg {v.Pg} has {v.Stat!.ObjectsUnfound} unfound objects")]);
        }
    }

    private static void Count(List<string> parts, IReadOnlyList<PgView> pgs, string name, Func<PgStates, bool> match)
    {
        int count = pgs.Count(v => match(v.States));
        if (count > 0)
        {
            parts.Add($"{count} pg{(count == 1 ? "" : "s")} {name}");
        }
    }

    private static string Describe(PgView view)
    {
        string acting = string.Join(",", view.Mapping.Acting.Select(o => o.IsReal ? o.Value.ToString(CultureInfo.InvariantCulture) : "-"));
        string blocked = view.Stat is { BlockedBy.Count: > 0 } stat ? $", blocked by {string.Join(",", stat.BlockedBy.Select(o => $"osd.{o}"))}" : "";
        return $"pg {view.Pg} is {view.State}, acting [{acting}]{blocked}";
    }
}
