using Cairn.Maps;
using Cairn.Monitor.State.Stats;

namespace Cairn.Monitor.State.Balancing;

/// <summary>Decides whether data may be moved for the sake of balance, and which. A cluster that mends itself is left alone.</summary>
public static class BalancerJudge
{
    private const OsdMapFlags HoldingFlags = OsdMapFlags.NoRebalance | OsdMapFlags.NoBackfill | OsdMapFlags.NoRecover | OsdMapFlags.Pause | OsdMapFlags.Full;

    private const PgStates Ailing = PgStates.Peering | PgStates.Down | PgStates.Incomplete | PgStates.Degraded | PgStates.Undersized | PgStates.Stale
        | PgStates.Inconsistent | PgStates.RecoveryUnfound | PgStates.BackfillTooFull | PgStates.RecoveryTooFull | PgStates.Unknown;

    /// <summary>What is to be done now; an empty plan if nothing is, or may be.</summary>
    /// <param name="map">The newest map.</param>
    /// <param name="pgs">Every PG of it, as the leader sees it.</param>
    public static BalancerPlan Judge(OsdMap map, IReadOnlyCollection<PgView> pgs, BalancerOptions options)
    {
        int moves = Objection(map, pgs, options) is null ? MovesMax(map, pgs, options.MisplacedRatioMax) : 0;
        return moves == 0 ? BalancerPlan.Empty : UpmapBalancer.Propose(map, map.Pools.Keys, moves, options.DeviationMax);
    }

    /// <summary>Why nothing may be moved now, or null.</summary>
    public static string? Objection(OsdMap map, IReadOnlyCollection<PgView> pgs, BalancerOptions options)
    {
        if (!options.Enabled)
        {
            return "the balancer is off";
        }

        if ((map.Flags & HoldingFlags) is not OsdMapFlags.None and var held)
        {
            return $"flags set: {FlagNames.Join(held)}";
        }

        for (int i = 0; i < map.Osds.Length; i++)
        {
            if (map.Osds[i] is { In: true, Up: false })
            {
                return $"osd.{i} is in but down: where its data goes is not settled";
            }
        }

        foreach (PgView view in pgs)
        {
            if (!view.States.HasFlag(PgStates.Active) || (view.States & Ailing) != PgStates.None)
            {
                return $"pg {view.Pg} is {view.State}";
            }
        }

        double misplaced = Misplaced(pgs);
        return misplaced >= options.MisplacedRatioMax
            ? FormattableString.Invariant($"{misplaced:P1} of the data is misplaced, target_max_misplaced_ratio is {options.MisplacedRatioMax:P1}")
            : null;
    }

    /// <summary>Replicas that may be set moving on top of those that are; at least one, or a small cluster would never be balanced.</summary>
    public static int MovesMax(OsdMap map, IReadOnlyCollection<PgView> pgs, double misplacedRatioMax)
    {
        long replicas = map.Pools.Values.Sum(p => (long)p.PgNum * p.Size);
        return (int)Math.Clamp((misplacedRatioMax - Misplaced(pgs)) * replicas, 1, int.MaxValue);
    }

    private static double Misplaced(IEnumerable<PgView> pgs)
    {
        PgSummary summary = PgSummary.Of(pgs);
        return summary.Copies == 0 ? 0 : (double)summary.Misplaced / summary.Copies;
    }
}
