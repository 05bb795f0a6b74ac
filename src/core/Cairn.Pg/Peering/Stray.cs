using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;
using Cairn.Pg.Messages;
using Cairn.Pg.Storage;

namespace Cairn.Pg.Peering;

/// <summary>A copy that is not the primary's, until the primary makes it active: tells the primary of itself, and answers its questions.</summary>
internal class Stray(PgCore pg) : PeeringState(pg)
{
    // Far apart: it matters only if a message was lost, or the primary wasn't clean yet.
    private const int NotifyEveryResends = 5;

    private long _notifyAtMs;

    public override string Name => "stray";

    public override void Enter() => Notify();

    public override void OnActMap() => Notify();

    public override void OnTick()
    {
        if (Pg.NowMs >= _notifyAtMs)
        {
            Notify();
        }
    }

    public override void OnQuery(OsdId from, PgQuery message)
    {
        if (from != Pg.Interval.Primary)
        {
            return;
        }

        if (message.Kind == QueryKind.Info)
        {
            Notify();
            return;
        }

        Pg.Send(from, new PgLogReply(Pg.BuildInfo(), Pg.Log.After(message.Since), [.. Pg.Missing.Items]) { Pg = Pg.Id, Epoch = Pg.Map.Epoch });
    }

    public override void OnActivate(OsdId from, PgActivate message)
    {
        if (from != Pg.Interval.Primary || !Pg.Interval.IsMember(Pg.Whoami))
        {
            return;
        }

        var transaction = new StoreTransaction();
        if (message.StartsBackfill)
        {
            Pg.StartBeingFilled(message.Log);
            PgStorage.AddWholeLog(transaction, Pg.Log, Pg.Missing);
        }
        else
        {
            LogMergeOutcome outcome = LogMerge.Merge(Pg.Log, Pg.Missing, Pg.LastBackfill, message.Log);
            Pg.Note(outcome);
            PgStorage.AddMerge(transaction, outcome, Pg.Missing);
            Pg.AdoptCounts(message.Info);
        }

        Pg.AdoptHistory(message.Info.History, message.PastIntervals);
        Pg.MarkStarted(message.Info.LastEpochStarted, message.Info.LastIntervalStarted);
        Pg.Lease.Inherit(message.Leases);
        var active = new ReplicaActive(Pg, message.Info.LastEpochStarted);
        Pg.Become(active);
        Pg.Save(transaction, active.OnDurable);
    }

    public override void OnRemove(OsdId from, PgRemove message)
    {
        if (from == Pg.Interval.Primary && !Pg.Interval.IsMember(Pg.Whoami))
        {
            Pg.RemoveSelf("it is clean without this copy");
        }
    }

    protected void Notify()
    {
        _notifyAtMs = Pg.NowMs + (NotifyEveryResends * Pg.Options.ResendMs);
        if (Pg.Interval.Primary.IsReal && Pg.Interval.Primary != Pg.Whoami)
        {
            Pg.Send(Pg.Interval.Primary, new PgNotify(Pg.BuildInfo(), Pg.Past, Pg.Lease.Bounds()) { Pg = Pg.Id, Epoch = Pg.Map.Epoch });
        }
    }
}
