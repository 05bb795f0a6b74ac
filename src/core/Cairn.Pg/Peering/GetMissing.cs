using System.Collections.Immutable;
using Cairn.Maps;
using Cairn.Objects;
using Cairn.Pg.Messages;

namespace Cairn.Pg.Peering;

/// <summary>Learns what each copy of the acting set, and each half filled one, lacks of the authoritative log.</summary>
internal sealed class GetMissing(PgCore pg, PriorSet prior, ActingChoice choice) : PrimaryPeering(pg, prior)
{
    public override void Enter()
    {
        Pg.SetBackfillTargets(choice.Backfill);
        foreach (OsdId osd in Pg.Replicas)
        {
            Peer peer = Pg.PeerOrEmpty(osd);
            if (!CanContinue(peer))
            {
                peer.Missing = new MissingSet(); // Filled from nothing: what it has is compared object by object.
                peer.Common = Eversion.Zero;
            }
            else if (peer.Info.LastUpdate == Pg.Log.Head && peer.Info.LastComplete == Pg.Log.Head)
            {
                peer.Missing = new MissingSet();
                peer.Common = Pg.Log.Head;
            }
        }

        Ask();
        GoOnWhenAllIsKnown();
    }

    public override void OnLogReply(OsdId from, PgLogReply message)
    {
        if (!Pg.Replicas.Contains(from) || Pg.Peers[from].Missing is not null)
        {
            return;
        }

        if (message.Info.LastUpdate < Pg.Log.Tail && Pg.CanContinueByLog(Pg.Peers[from]))
        {
            // Its copy is gone since it told of it: choose anew without.
            Pg.Peers.Forget(from);
            Pg.Become(new GetInfo(Pg));
            return;
        }

        Pg.LearnMissing(Pg.Peers[from], message);
        GoOnWhenAllIsKnown();
    }

    protected override void AskUnanswered()
    {
        foreach (OsdId osd in Unknown())
        {
            Pg.QueryMissing(Pg.Peers[osd]);
        }
    }

    private IEnumerable<OsdId> Unknown() => Pg.Replicas.Where(o => Pg.Peers[o].Missing is null);

    private bool CanContinue(Peer peer) => Pg.CanContinueByLog(peer);

    private void GoOnWhenAllIsKnown()
    {
        if (!Unknown().Any())
        {
            Pg.Become(Pg.HasUpThru ? new Activating(Pg, Prior) : new WaitUpThru(Pg, Prior));
        }
    }
}
