using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;
using Cairn.Pg.Messages;
using Cairn.Pg.Storage;

namespace Cairn.Pg.Peering;

/// <summary>Chooses the authoritative copy and the acting set, and adopts that copy's log.</summary>
internal sealed class GetLog(PgCore pg, PriorSet prior) : PrimaryPeering(pg, prior)
{
    private ActingChoice? _choice;
    private bool _asksForAll;

    public override void Enter()
    {
        Pg.Peers.ForgetMissing(); // What they lacked of the log that was authoritative before peering started over.
        _choice = Pg.ChooseActing();
        if (_choice is null)
        {
            Pg.Become(new Incomplete(Pg, Prior));
        }
        else if (!_choice.IsServedBy(Pg.Interval))
        {
            Pg.Become(new WaitActingChange(Pg, Prior, _choice.PgTempFor(Pg.Interval)));
        }
        else if (_choice.Authority == Pg.Whoami)
        {
            Pg.Become(new GetMissing(Pg, Prior, _choice));
        }
        else
        {
            Ask();
        }
    }

    public override void OnLogReply(OsdId from, PgLogReply message)
    {
        if (from != _choice!.Authority)
        {
            return;
        }

        if (message.Log.Head < Pg.Peers[from].Info.LastUpdate)
        {
            // Its copy is gone since it told of it: choose anew without.
            Pg.Peers.Forget(from);
            Pg.Become(new GetInfo(Pg));
            return;
        }

        if (!_asksForAll && !Pg.IsCommonPoint(message.Log.Tail))
        {
            _asksForAll = true; // What it sent does not reach back to where the two logs part.
            Ask();
            return;
        }

        LogMergeOutcome outcome = LogMerge.Merge(Pg.Log, Pg.Missing, Pg.LastBackfill, message.Log);
        Pg.Note(outcome);
        var transaction = new StoreTransaction();
        PgStorage.AddMerge(transaction, outcome, Pg.Missing);
        Pg.AdoptCounts(message.Info);
        Pg.Save(transaction);

        Peer peer = Pg.Peers[from];
        peer.Info = message.Info;
        peer.Missing = new MissingSet(message.Missing);
        peer.Common = message.Log.Head;
        Pg.Become(new GetMissing(Pg, Prior, _choice));
    }

    protected override void AskUnanswered()
    {
        // Back to where the furthest behind of those who go on by the log stands, so that our log can bring it up to date.
        PgInfo best = Pg.Peers[_choice!.Authority].Info;
        Eversion since = _asksForAll ? Pg.Log.Tail : Pg.Log.Head;
        foreach (OsdId osd in _choice.Acting.Concat(_choice.Backfill))
        {
            if (Pg.Peers.TryGet(osd, out Peer? peer) && peer.Info.LastUpdate >= best.LogTail && peer.Info.LastUpdate < since)
            {
                since = peer.Info.LastUpdate;
            }
        }

        Pg.Send(_choice.Authority, new PgQuery(QueryKind.Log, since) { Pg = Pg.Id, Epoch = Pg.Map.Epoch });
    }
}
