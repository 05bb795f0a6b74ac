using System.Buffers;
using Cairn.Maps;
using Cairn.Messaging.DataPlane.Frames;
using Cairn.Objects.Operations;
using Cairn.Objects.Transactions;
using Cairn.Pg;
using Cairn.Pg.Effects;
using Cairn.Pg.Inputs;
using Cairn.Pg.Messages;
using Cairn.Store;

namespace Cairn.Osd.Shards;

// What the PGs want done.
internal sealed partial class Shard
{
    private readonly EffectList _effects = new();
    private readonly Queue<PlacementGroup> _adoptions = new();
    private int _framesSentWithData;

    private void Handle(PgHost host, PgInput input)
    {
        host.Group.Handle(input, _services.Clock.Now, _effects);
        CarryOut(host);
        while (_adoptions.TryDequeue(out PlacementGroup? child))
        {
            Adopt(child);
        }
    }

    private void CarryOut(PgHost host)
    {
        for (int i = 0; i < _effects.Count; i++)
        {
            CarryOut(host, _effects[i]);
        }

        _effects.Clear();
    }

    private void CarryOut(PgHost host, PgEffect effect)
    {
        PgId pg = host.Group.Id;
        switch (effect)
        {
            case Persist { Collection: { } child } persist:
                _services.Store.Submit(child, persist.Transaction, new ChildCommitSink(this, pg), persist.Token, more: true);
                break;
            case Persist persist:
                _storeOps++;
                host.LastToken = persist.Token;
                _services.Store.Submit(pg, persist.Transaction, SinkOf(persist.Transaction), persist.Token, more: true);
                break;
            case Send send:
                SendMessage(send.To, send.Message);
                break;
            case ReplyToClient reply:
                Answer(reply.ConnectionToken, reply.Reply);
                break;
            case DropClientOp drop:
                if (_requests.Remove(drop.ConnectionToken, out ClientRequest? dropped))
                {
                    dropped.Connection.Send(new OpRejectedFrame(drop.Id, dropped.Op.MapEpoch, drop.MapEpoch));
                    Finish(dropped);
                }

                break;
            case ReadData read:
                Schedule(pg, read);
                break;
            case WakeAt wake:
                WakeAt(host, wake.MonotonicMs);
                break;
            case PublishStats publish:
                _services.Stats.Publish(publish.Stats);
                break;
            case RequestReservation request:
                _services.Reservations.Request(pg, request.Side, request.Priority, request.Backfill);
                break;
            case ReleaseReservation release:
                _services.Reservations.Release(pg, release.Side);
                break;
            case RequestUpThru upThru:
                _services.Monitors.WantUpThru(upThru.Epoch);
                break;
            case RequestPgTemp temp:
                _services.Monitors.WantPgTemp(pg, temp.Acting, host.Group.Map.Epoch);
                break;
            case RequestMap map:
                _services.WantMap(map.Epoch);
                break;
            case PgsSplit split:
                foreach (PlacementGroup child in split.Children)
                {
                    if (IsOurs(child.Id))
                    {
                        _adoptions.Enqueue(child); // After the effects at hand, before any other work.
                    }
                    else
                    {
                        _services.Shards.Of(child.Id).Post(new AdoptWork(child));
                    }
                }

                break;
            case SplitCompleted split:
                foreach (PgId child in split.Children)
                {
                    _services.Shards.Of(child).Post(new InputWork(child, new SplitDurable()));
                }

                break;
            case PgRemoved:
                _hosts.Remove(pg);
                _services.Stats.Forget(pg);
                break;
            case PgEvent note:
                _services.Logger.PgEvent(pg, note);
                break;
            default:
                throw new InvariantException($"an effect nobody carries out: {effect.GetType().Name}");
        }
    }

    /// <summary>Who is told that it is durable: this shard, and before it those whose buffers the store writes from.</summary>
    private ICommitSink SinkOf(StoreTransaction transaction)
    {
        if (transaction.DataBytes < IObjectStore.LentBytesMin)
        {
            return this;
        }

        var data = new List<ReadOnlyMemory<byte>>();
        foreach (StoreOp op in transaction.Ops)
        {
            if (op is WriteData write)
            {
                data.Add(write.Data);
            }
        }

        return Owners(data) is { } owners ? new LendingCommitSink(this, owners) : this;
    }

    private void SendMessage(OsdId to, PgMessage message)
    {
        var body = new ArrayBufferWriter<byte>(256);
        var data = new List<ReadOnlyMemory<byte>>();
        PgMessageCodec.Encode(message, body, data);
        _services.Peers.Send(to, new PgMessageFrame(message.Pg, _services.Whoami, message.Epoch, body.WrittenMemory, data), Retain(data));
    }

    private void Answer(long token, OsdOpReply reply)
    {
        if (!_requests.Remove(token, out ClientRequest? request))
        {
            return;
        }

        var data = new List<ReadOnlyMemory<byte>>();
        foreach (StepResult result in reply.Results)
        {
            data.Add(result.Data);
        }

        request.Connection.Send(new OsdOpReplyFrame(reply), Retain(data));
        Finish(request);
    }

    private void Finish(ClientRequest request)
    {
        if (request.Buffer is { } buffer)
        {
            _buffers.Unregister(buffer);
        }
        else
        {
            request.Payload.Dispose();
        }
    }

    /// <summary>Keeps the buffers that the slices are of until the frame with them is sent.</summary>
    private LentBuffer[]? Owners(List<ReadOnlyMemory<byte>> data)
    {
        List<LentBuffer>? owners = null;
        foreach (ReadOnlyMemory<byte> slice in data)
        {
            if (slice.Length > 0 && _buffers.Retain(slice) is { } owner)
            {
                (owners ??= []).Add(owner);
            }
        }

        return owners?.ToArray();
    }

    private IDisposable? Retain(List<ReadOnlyMemory<byte>> data)
    {
        LentBuffer[]? owners = Owners(data);
        if (owners is null)
        {
            return null;
        }

        _framesSentWithData++;
        return owners.Length == 1 ? owners[0] : new LentBufferGroup(owners);
    }

    private async Task ReadAsync(PgId pg, ReadData read)
    {
        StoreBuffer? buffer = null;
        string? error = null;
        try
        {
            buffer = read.Purpose == ReadPurpose.Scrub
                ? await _services.Store.ReadStoredAsync(pg, read.Object, read.Offset, read.Length, CancellationToken.None)
                : await _services.Store.ReadAsync(pg, read.Object, read.Offset, read.Length, CancellationToken.None);
        }
        catch (Exception e) when (e is ObjectCorruptException or StoreFailedException)
        {
            error = e.Message;
        }
        catch (Exception e)
        {
            _onBug(e);
            return;
        }

        Post(new DataReadWork(pg, read, buffer, error));
    }

    private void WakeAt(PgHost host, long atMs)
    {
        if (atMs >= host.WakeAtMs)
        {
            return;
        }

        host.WakeAtMs = atMs;
        SetWake(atMs);
    }

    private void SetWake(long atMs)
    {
        if (atMs < _wakeAtMs)
        {
            _wakeAtMs = atMs;
            _wake.Change(Math.Max(0, atMs - _services.Clock.MonotonicMs), Timeout.Infinite);
        }
    }
}

/// <summary>Tells a parent that what a child starts from is durable.</summary>
internal sealed class ChildCommitSink(Shard shard, PgId parent) : ICommitSink
{
    public void Committed(PgId pg, ulong token) => shard.Post(new InputWork(parent, new Persisted(token)));
}

/// <summary>Gives back the buffers that a transaction's data lies in, then tells the shard.</summary>
internal sealed class LendingCommitSink(Shard shard, LentBuffer[] owners) : ICommitSink
{
    public void Committed(PgId pg, ulong token)
    {
        foreach (LentBuffer owner in owners)
        {
            owner.Dispose();
        }

        shard.Post(new CommittedWork(pg, token));
    }
}

internal sealed class LentBufferGroup(LentBuffer[] buffers) : IDisposable
{
    public void Dispose()
    {
        foreach (LentBuffer buffer in buffers)
        {
            buffer.Dispose();
        }
    }
}
