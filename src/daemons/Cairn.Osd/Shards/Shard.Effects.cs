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
    private readonly ArrayBufferWriter<byte> _body = new(1024);
    private readonly List<ReadOnlyMemory<byte>> _data = [];
    private EncodedMessage _lastSent;
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
        _lastSent = default;
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

        _data.Clear();
        foreach (StoreOp op in transaction)
        {
            if (op is WriteData write)
            {
                _data.Add(write.Data);
            }
        }

        return Retain(_data) is { } owners ? new LendingCommitSink(this, owners) : this;
    }

    private void SendMessage(OsdId to, PgMessage message)
    {
        // A write goes to each replica in turn: encoded once.
        if (!ReferenceEquals(message, _lastSent.Message))
        {
            _body.ResetWrittenCount();
            _data.Clear();
            PgMessageCodec.Encode(message, _body, _data);
            _lastSent = new EncodedMessage(message, _body.WrittenSpan.ToArray(), [.. _data]);
        }

        var frame = new PgMessageFrame(message.Pg, _services.Whoami, message.Epoch, _lastSent.Body, _lastSent.Data);
        _services.Peers.Send(to, frame, RetainUntilSent(_lastSent.Data));
    }

    private void Answer(long token, OsdOpReply reply)
    {
        if (!_requests.Remove(token, out ClientRequest? request))
        {
            return;
        }

        _data.Clear();
        for (int i = 0; i < reply.Results.Count; i++)
        {
            _data.Add(reply.Results[i].Data);
        }

        request.Connection.Send(new OsdOpReplyFrame(reply), RetainUntilSent(_data));
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

    private IDisposable? RetainUntilSent(IReadOnlyList<ReadOnlyMemory<byte>> data)
    {
        IDisposable? owners = Retain(data);
        _framesSentWithData += owners is null ? 0 : 1;
        return owners;
    }

    /// <summary>Keeps the buffers that the slices are of until what is returned is disposed.</summary>
    private IDisposable? Retain(IReadOnlyList<ReadOnlyMemory<byte>> data)
    {
        LentBuffer? first = null;
        LentBufferGroup? all = null;
        for (int i = 0; i < data.Count; i++)
        {
            if (data[i].Length == 0 || _buffers.Retain(data[i]) is not { } owner)
            {
                continue;
            }

            if (first is null)
            {
                first = owner;
            }
            else
            {
                (all ??= new LentBufferGroup(first)).Add(owner);
            }
        }

        return all is null ? first : all;
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
internal sealed class LendingCommitSink(Shard shard, IDisposable owners) : ICommitSink
{
    public void Committed(PgId pg, ulong token)
    {
        owners.Dispose();
        shard.Post(new CommittedWork(pg, token));
    }
}

internal sealed class LentBufferGroup(LentBuffer first) : IDisposable
{
    private readonly List<LentBuffer> _buffers = [first];

    public void Add(LentBuffer buffer) => _buffers.Add(buffer);

    public void Dispose()
    {
        foreach (LentBuffer buffer in _buffers)
        {
            buffer.Dispose();
        }
    }
}

/// <summary>A message as it leaves, for the next peer that gets the same. Only while the effects it is one of are carried out: its data is lent.</summary>
internal readonly record struct EncodedMessage(PgMessage? Message, byte[] Body, ReadOnlyMemory<byte>[] Data);
