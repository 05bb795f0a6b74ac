using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;
using Cairn.Pg.Messages;

namespace Cairn.Pg.Peering;

/// <summary>Orders every replica to adopt the log and go active; goes on when all of them, and this copy, have it on stable media.</summary>
internal sealed class Activating(PgCore pg, PriorSet prior) : PrimaryPeering(pg, prior)
{
    private bool _isDurable;
    private Epoch _started;

    public override string Name => "activating";

    public override IEnumerable<OsdId> BlockedBy => Unactivated();

    public override void Enter()
    {
        _started = Pg.Map.Epoch;
        Pg.MarkStarted(_started, Pg.Interval.Since);
        Pg.Save(new StoreTransaction(), () =>
        {
            _isDurable = true;
            if (Pg.State == this)
            {
                GoOnWhenAllAreActive();
            }
        });
        Ask();
    }

    public override void OnActivateAck(OsdId from, PgActivateAck message)
    {
        if (message.Started == _started && Pg.Replicas.Contains(from))
        {
            Peer peer = Pg.Peers[from];
            peer.IsActivated = true;
            peer.Committed = Pg.Log.Head;
            GoOnWhenAllAreActive();
        }
    }

    public override void OnNotify(OsdId from, PgNotify message)
    {
        // Too late to choose another authority, and no need: all who may have newer writes were heard.
        if (!Pg.Replicas.Contains(from))
        {
            Pg.Hear(from, message);
        }
    }

    protected override bool HasForgotten(OsdId osd) => Pg.Replicas.Contains(osd) && !Pg.Peers.Contains(osd);

    /// <summary>Replicas may have changed by what they were ordered: they are asked anew, and must activate anew.</summary>
    protected override void StartOver()
    {
        foreach (OsdId osd in Pg.Replicas)
        {
            Pg.Peers.Forget(osd);
        }

        base.StartOver();
    }

    protected override void AskUnanswered()
    {
        foreach (OsdId osd in Unactivated())
        {
            Activate(Pg.Peers[osd]);
        }
    }

    private void Activate(Peer peer)
    {
        bool startsBackfill = !Pg.CanContinueByLog(peer);
        LogSegment log = startsBackfill ? Pg.Log.After(Pg.Log.Tail)
            : peer.Common == Pg.Log.Head ? new LogSegment(Pg.Log.Head, Pg.Log.Head, [], [])
            : Pg.Log.After(peer.Common);
        peer.BackfillStarted = startsBackfill ? BackfillCursor.Nothing : peer.Info.LastBackfill;
        Pg.Send(peer.Osd, new PgActivate(Pg.BuildInfo(), Pg.Past, log, startsBackfill, Pg.Lease.Bounds())
        {
            Pg = Pg.Id,
            Epoch = Pg.Map.Epoch,
        });
    }

    private IEnumerable<OsdId> Unactivated() => Pg.Replicas.Where(o => !Pg.Peers[o].IsActivated);

    private void GoOnWhenAllAreActive()
    {
        if (!_isDurable || Unactivated().Any())
        {
            return;
        }

        foreach (OsdId osd in Pg.Replicas)
        {
            Peer peer = Pg.Peers[osd];
            bool startsBackfill = !Pg.CanContinueByLog(peer);
            peer.Info = peer.Info with
            {
                LastUpdate = Pg.Log.Head,
                LastEpochStarted = _started,
                LastIntervalStarted = Pg.Interval.Since,
                LastBackfill = startsBackfill ? BackfillCursor.Nothing : peer.Info.LastBackfill,
            };
        }

        Pg.ShareActivation(_started);
        Pg.Become(new Active(Pg));
    }
}
