using System.Text;
using Cairn.Maps;
using Cairn.Pg.Peering;
using Cairn.Pg.Recovery;

namespace Cairn.Pg.Stats;

/// <summary>A PG's state in Ceph's words and order: <c>active+recovering+undersized+degraded</c>.</summary>
internal static class PgStateText
{
    public static string Of(PgCore pg, bool isDegraded, bool isUndersized, int scrubErrors)
    {
        var text = new StringBuilder();
        void Add(bool holds, string word)
        {
            if (holds)
            {
                text.Append(text.Length == 0 ? "" : "+").Append(word);
            }
        }

        RecoveryProgress progress = pg.Progress;
        bool isActive = pg.State is Active;
        Add(pg.State is not Active && pg.History.LastEpochStarted == Epoch.None, "creating");
        Add(pg.State is Active && pg.HasMinSize, "active");
        Add(pg.State is Activating, "activating");
        Add(isActive && progress.IsClean, "clean");
        Add(isActive && progress.Work == RecoveryWork.Recovery && !progress.IsReserved, "recovery_wait");
        Add(isActive && progress.Work == RecoveryWork.Recovery && progress.IsReserved, "recovering");
        Add(isActive && progress.IsForced && progress.Work == RecoveryWork.Recovery, "forced_recovery");
        Add(pg.State is Down, "down");
        Add(isActive && progress.IsWaitingForFound, "recovery_unfound");
        Add(isUndersized, "undersized");
        Add(isDegraded, "degraded");
        Add(pg.Interval.Primary.IsReal && !pg.Interval.Up.AsSpan().SequenceEqual(pg.Interval.Acting.AsSpan()), "remapped");
        Add(pg.Scrub.IsScrubbing, "scrubbing");
        Add(pg.Scrub.IsDeep, "deep");
        Add(scrubErrors > 0, "inconsistent");
        Add(pg.State is GetInfo or GetLog or GetMissing or WaitUpThru or WaitActingChange or Reset, "peering");
        Add(pg.Scrub.IsRepairing, "repair");
        Add(isActive && progress.Work == RecoveryWork.Backfill && !progress.IsReserved && !progress.IsTooFull, "backfill_wait");
        Add(isActive && progress.Work == RecoveryWork.Backfill && progress.IsReserved, "backfilling");
        Add(isActive && progress.Work == RecoveryWork.Backfill && progress.IsTooFull, "backfill_toofull");
        Add(pg.State is Incomplete, "incomplete");
        Add(isActive && !pg.HasMinSize, "peered");
        Add(isActive && !pg.Lease.MayServe, "wait");
        Add(isActive && pg.Lease.IsLaggy, "laggy");
        return text.ToString();
    }
}
