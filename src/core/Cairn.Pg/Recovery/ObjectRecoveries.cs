using Cairn.Maps;
using Cairn.Objects;
using Cairn.Pg.Effects;
using Cairn.Pg.Messages;
using Cairn.Pg.Peering;

namespace Cairn.Pg.Recovery;

/// <summary>Objects being recovered: pulled to the primary, pushed to replicas, piece by piece; and a source's answers to pulls.</summary>
internal sealed class ObjectRecoveries(PgCore pg)
{
    private readonly SortedDictionary<ObjectId, ObjectRecovery> _active = [];

    public int Count => _active.Count;

    public long RecoveredObjects { get; private set; }

    public long RecoveredBytes { get; private set; }

    public void EndInterval() => _active.Clear();

    public bool IsActive(ObjectId id) => _active.ContainsKey(id);

    public void StartPull(ObjectId id, Eversion version, OsdId source)
    {
        var pull = new ObjectRecovery(id, version) { Source = source };
        _active.Add(id, pull);
        SendPull(pull);
    }

    /// <param name="then">Done when all targets have the object, or (false) it can't be read here.</param>
    public void StartPush(ObjectId id, Eversion version, SortedSet<OsdId> targets, Action<bool> then)
    {
        var push = new ObjectRecovery(id, version) { Targets = targets, Then = then };
        _active.Add(id, push);
        SendPiece(push);
    }

    public void OnPull(OsdId from, Pull pull)
    {
        if (from != pg.Interval.Primary || pg.State is not Stray)
        {
            return;
        }

        PushBuilder.Build(pg, pull.Object, pull.Version, pull.From, (push, error) => pg.Send(
            from,
            push is not null ? push : new PullRefused(pull.Object, pull.Version, error) { Pg = pg.Id, Epoch = pg.Map.Epoch }));
    }

    public void OnPush(OsdId from, Push push)
    {
        if (!_active.TryGetValue(push.Object, out ObjectRecovery? pull) || pull.Source != from || pull.Version != push.Version || pull.From != push.From)
        {
            return;
        }

        bool isLast = push.Next is null;
        RecoveredBytes += push.Data.Length;
        if (!pg.Receiver.TryApply(push, () => OnPulled(pull, isLast)))
        {
            return;
        }

        if (push.Next is { } next)
        {
            pull.From = next;
            SendPull(pull);
        }
        else
        {
            pull.SentAtMs = long.MaxValue; // All is here; only the disk is awaited.
        }
    }

    public void OnPullRefused(OsdId from, PullRefused message)
    {
        if (_active.TryGetValue(message.Object, out ObjectRecovery? pull) && pull.Source == from && pull.Version == message.Version)
        {
            pg.Tell(PgEventLevel.Warning, $"{from} does not give {message.Object}: {message.Reason}");
            _active.Remove(message.Object);
            pg.Progress.OnSourceLacks(from, message.Object, message.Version);
        }
    }

    public void OnPushReply(OsdId from, PushReply message)
    {
        if (!_active.TryGetValue(message.Object, out ObjectRecovery? push) || push.Version != message.Version || push.From != message.From
            || !push.Unconfirmed.Remove(from))
        {
            return;
        }

        if (push.Next is null)
        {
            push.Finished.Add(from);
        }

        if (push.Unconfirmed.Count > 0)
        {
            return;
        }

        if (push.Next is { } next)
        {
            push.From = next;
            SendPiece(push);
        }
        else
        {
            RecoveredObjects++;
            _active.Remove(push.Object);
            push.Then!(true);
        }
    }

    public void OnTick()
    {
        foreach (ObjectRecovery recovery in _active.Values.ToArray())
        {
            if (recovery.SentAtMs == long.MaxValue || pg.NowMs - recovery.SentAtMs < 3 * pg.Options.ResendMs)
            {
                continue;
            }

            // Something was lost. From the start: the other end may not remember the pieces before.
            recovery.From = TransferCursor.Start;
            if (recovery.Source is not null)
            {
                SendPull(recovery);
            }
            else
            {
                SendPiece(recovery);
            }
        }
    }

    private void SendPull(ObjectRecovery pull)
    {
        pull.SentAtMs = pg.NowMs;
        pg.Send(pull.Source!.Value, new Pull(pull.Object, pull.Version, pull.From) { Pg = pg.Id, Epoch = pg.Map.Epoch });
    }

    private void SendPiece(ObjectRecovery push)
    {
        push.SentAtMs = pg.NowMs;
        TransferCursor from = push.From;
        PushBuilder.Build(pg, push.Object, push.Version, from, (piece, error) =>
        {
            if (!_active.TryGetValue(push.Object, out ObjectRecovery? active) || active != push || push.From != from)
            {
                return;
            }

            if (piece is null)
            {
                _active.Remove(push.Object);
                pg.Tell(PgEventLevel.Error, $"can't read {push.Object} to recover it elsewhere: {error}");
                push.Then!(false);
                return;
            }

            push.Next = piece.Next;
            RecoveredBytes += piece.Data.Length;
            foreach (OsdId osd in push.Targets.Where(o => !push.Finished.Contains(o)))
            {
                push.Unconfirmed.Add(osd);
                pg.Send(osd, piece);
            }
        });
    }

    private void OnPulled(ObjectRecovery pull, bool isLast)
    {
        if (isLast)
        {
            RecoveredObjects++;
            _active.Remove(pull.Object);
            pg.Progress.OnPulled(pull.Object);
        }
    }
}
