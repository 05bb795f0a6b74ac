using Cairn.Maps;
using Cairn.Pg.Effects;
using Cairn.Pg.Peering;

namespace Cairn.Pg.Messages;

/// <summary>Lets a message in if it is of the present interval, and takes it to the part it concerns.</summary>
internal sealed class MessageRouter(PgCore pg)
{
    /// <summary>Messages ahead of our map: peers send again what is dropped.</summary>
    private const int WaitingMax = 4096;

    private readonly Queue<(OsdId From, PgMessage Message)> _waiting = [];

    public void OnMessage(OsdId from, PgMessage message, bool canAct)
    {
        if (message.Epoch > pg.Map.Epoch || !canAct)
        {
            if (_waiting.Count < WaitingMax)
            {
                _waiting.Enqueue((from, message));
            }

            if (message.Epoch > pg.Map.Epoch)
            {
                pg.Effects.Add(new RequestMap(message.Epoch));
            }
        }
        else if (message.Epoch >= pg.Interval.Since && IsOfThisLife(from, message))
        {
            Route(from, message);
        }
    }

    public void OnActMap()
    {
        for (int left = _waiting.Count; left > 0; left--)
        {
            var (from, message) = _waiting.Dequeue();
            OnMessage(from, message, canAct: true);
        }
    }

    /// <summary>Not sent before the sender died, or restarted.</summary>
    private bool IsOfThisLife(OsdId from, PgMessage message) => pg.Map.Osd(from) is { Up: true } state && state.UpFrom <= message.Epoch;

    private void Route(OsdId from, PgMessage message)
    {
        switch (message)
        {
            case RepOp repOp:
                pg.Replica.OnRepOp(from, repOp);
                break;
            case RepOpReply reply:
                pg.Replication.OnReply(from, reply);
                break;
            case LeaseRequest request:
                pg.Lease.OnRequest(from, request);
                break;
            case LeaseAck ack:
                pg.Lease.OnAck(from, ack);
                break;
            case PgQuery query:
                pg.State.OnQuery(from, query);
                break;
            case PgNotify notify when pg.IsPrimary:
                pg.State.OnNotify(from, notify);
                break;
            case PgLogReply log when pg.IsPrimary:
                pg.State.OnLogReply(from, log);
                break;
            case PgActivate activate:
                pg.State.OnActivate(from, activate);
                break;
            case PgActivateAck ack when pg.IsPrimary:
                pg.State.OnActivateAck(from, ack);
                break;
            case PgHistoryUpdate history:
                pg.State.OnHistoryUpdate(from, history);
                break;
            case PgRemove remove:
                pg.State.OnRemove(from, remove);
                break;
            case PgNotify or PgLogReply or PgActivateAck:
                break; // For a primary, which this is not any more.
            default:
                RouteRecovery(from, message);
                break;
        }
    }

    private void RouteRecovery(OsdId from, PgMessage message)
    {
        switch (message)
        {
            case Push push when pg.IsPrimary:
                pg.Recovery.OnPush(from, push);
                break;
            case Push push:
                pg.Receiver.OnPush(from, push);
                break;
            case PushReply reply:
                pg.Recovery.OnPushReply(from, reply);
                break;
            case Pull pull:
                pg.Recovery.OnPull(from, pull);
                break;
            case PullRefused refused:
                pg.Recovery.OnPullRefused(from, refused);
                break;
            case BackfillScan scan:
                pg.BackfillReceiver.OnScan(from, scan);
                break;
            case BackfillRemove remove:
                pg.BackfillReceiver.OnRemove(from, remove);
                break;
            case BackfillProgress progress:
                pg.BackfillReceiver.OnProgress(from, progress);
                break;
            case BackfillDigest digest:
                pg.Backfills.Find(from)?.OnDigest(digest);
                break;
            case BackfillRemoveReply reply:
                pg.Backfills.Find(from)?.OnRemoved(reply);
                break;
            case BackfillProgressReply reply:
                pg.Backfills.Find(from)?.OnProgressReply(reply);
                break;
            case ReserveRequest request:
                pg.RemoteReservation.OnRequest(from, request);
                break;
            case ReserveGrant:
                pg.Progress.OnRemoteGranted(from);
                break;
            case ReserveReject:
                pg.Progress.OnRemoteRejected();
                break;
            case ReserveRelease when pg.IsPrimary:
                pg.Progress.OnRemoteRevoked();
                break;
            case ReserveRelease:
                pg.RemoteReservation.OnRelease(from);
                break;
            default:
                pg.Scrub.OnMessage(from, message);
                break;
        }
    }
}
