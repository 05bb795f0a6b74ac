using Cairn.Maps;
using Cairn.Messaging.DataPlane.Frames;
using Cairn.Objects.Operations;
using Cairn.Pg;
using Cairn.Pg.Effects;
using Cairn.Pg.Inputs;
using Cairn.Pg.Messages;

namespace Cairn.Osd.Shards;

// What comes in.
internal sealed partial class Shard
{
    private readonly Dictionary<long, ClientRequest> _requests = [];
    private readonly List<MessageWork> _awaitingMap = [];
    private readonly List<ClientRequest> _awaitingPg = [];
    private readonly LentBuffers _buffers = new();
    private readonly ClientGate _gate = new();
    private readonly Timer _wake;
    private long _requestTokens;
    private long _wakeAtMs = long.MaxValue;
    private OsdMap? _map;
    private bool _storeFull;

    public int HostedCount { get; private set; }

    /// <summary>Client operations older than <c>osd_op_complaint_time</c>, as of the last second.</summary>
    public int SlowOps { get; private set; }

    public long OldestOpMs { get; private set; }

    public IEnumerable<PlacementGroup> Groups => _hosts.Values.Select(static h => h.Group);

    private void Do(ShardWork work)
    {
        switch (work)
        {
            case ClientWork { Request: var request }:
                Schedule(request);
                break;
            case MessageWork message:
                Receive(message);
                break;
            case CommittedWork committed:
                _storeOps--;
                if (_hosts.TryGetValue(committed.Pg, out PgHost? persisted))
                {
                    Handle(persisted, new Persisted(committed.Token));
                    persisted.Durable(committed.Token, _buffers);
                }

                break;
            case DataReadWork read:
                _storeOps--;
                Deliver(read);
                break;
            case InputWork { Pg: var pg, Input: var input }:
                if (_hosts.TryGetValue(pg, out PgHost? host))
                {
                    Handle(host, input);
                }

                break;
            case TickWork tick:
                Tick(tick.All);
                break;
            case MapsWork { Maps: var maps }:
                Advance(maps);
                break;
            case AdoptWork { Group: var group }:
                Adopt(group);
                break;
            case LoadWork { Pg: var stored, Map: var at }:
                Host(PlacementGroup.Load(stored, at, _services.NewEnvironment(), _services.Clock.Now, _effects));
                break;
            case HistoryWork { Pg: var pg, Maps: var maps }:
                CreateFromHistory(pg, maps);
                break;
            case QueryWork { Run: var run }:
                run(this);
                break;
        }
    }

    private void AcceptRequest(ClientRequest request)
    {
        OsdOp op = request.Op;
        if (_map is { } older && op.MapEpoch > older.Epoch)
        {
            // The client knows a newer map: by that it may be allowed, or refused, what it is not by ours.
            _awaitingPg.Add(request);
            _services.WantMap(op.MapEpoch);
            return;
        }

        if (_map is { } map && _gate.Refusal(map, request.Connection.Peer, op) is { } refusal)
        {
            request.Connection.Send(new OsdOpReplyFrame(refusal));
            request.Payload.Dispose();
            return;
        }

        if (_hosts.TryGetValue(op.Pg, out PgHost? host))
        {
            if (op.IsWrite)
            {
                CheckSpace();
            }

            long token = ++_requestTokens;
            request.Buffer = request.Payload.Length > 0 ? _buffers.Register(request.Payload.Memory, request.Payload) : null;
            _requests.Add(token, request);
            Handle(host, new ClientOp(op, token));
            return;
        }

        if (_map is null || _map.MapPg(op.Pg).ActingPrimary == _services.Whoami)
        {
            // We have yet to hear that it is ours, or are just making our copy.
            _awaitingPg.Add(request);
            _services.WantMap(op.MapEpoch);
            return;
        }

        request.Connection.Send(new OpRejectedFrame(op.Id, op.MapEpoch, _map.Epoch));
        request.Payload.Dispose();
    }

    private void CheckSpace()
    {
        bool full = _services.Space.IsFull;
        if (full != _storeFull)
        {
            _storeFull = full;
            foreach (PgHost host in _hosts.Values.ToList())
            {
                Handle(host, new StoreFullChanged(full));
            }
        }
    }

    private void Receive(MessageWork work)
    {
        PgMessage message = work.Message;
        if (_map is null || message.Epoch > _map.Epoch)
        {
            // Kept in its order with all else for that PG that may come meanwhile: the PG sees only messages of maps it has.
            _awaitingMap.Add(work);
            _services.WantMap(message.Epoch);
            return;
        }

        if (!_hosts.TryGetValue(message.Pg, out PgHost? host))
        {
            if (!work.IsLate)
            {
                // Another shard may be splitting this very PG off: to say that it is not here would be a lie that loses data.
                Post(work with { IsLate = _services.Shards.HaveAll(message.Epoch) });
                return;
            }

            host = CreateForMessage(message);
            if (host is null)
            {
                if (PlacementGroup.AnswerForAbsent(message, _map) is { } answer)
                {
                    SendMessage(work.From, answer);
                }

                work.Payload.Dispose();
                return;
            }
        }

        LentBuffer? buffer = _buffers.Register(work.Data, work.Payload);
        ulong before = host.LastToken;
        Handle(host, new MessageReceived(work.From, message));
        if (buffer is null)
        {
            return;
        }

        if (host.LastToken != before)
        {
            host.KeepUntilDurable(host.LastToken, buffer);
        }
        else
        {
            // The PG may have set it aside; that is rare.
            _buffers.Abandon(buffer);
        }
    }

    private void Deliver(DataReadWork read)
    {
        if (!_hosts.TryGetValue(read.Pg, out PgHost? host))
        {
            read.Buffer?.Dispose();
            return;
        }

        ReadOnlyMemory<byte>? data = read.Buffer?.Memory;
        LentBuffer? buffer = read.Buffer is null ? null : _buffers.Register(data!.Value, read.Buffer);
        _framesSentWithData = 0;
        Handle(host, new DataRead(read.Read.Token, data, read.Error));
        if (_framesSentWithData > 0 || read.Read.Purpose == ReadPurpose.Scrub)
        {
            // Sent, or summed and of no more use.
            _buffers.Unregister(buffer);
        }
        else
        {
            _buffers.Abandon(buffer);
        }
    }

    /// <param name="all">False: only those whose time to wake has come.</param>
    private void Tick(bool all)
    {
        long now = _services.Clock.MonotonicMs;
        _wakeAtMs = long.MaxValue;
        foreach (PgHost host in _hosts.Values.ToList())
        {
            if (all || host.WakeAtMs <= now)
            {
                host.WakeAtMs = long.MaxValue;
                Handle(host, Ticked);
            }
        }

        foreach (PgHost host in _hosts.Values)
        {
            SetWake(host.WakeAtMs);
        }

        if (all)
        {
            CountOps(now);
        }
    }

    private void CountOps(long now)
    {
        HostedCount = _hosts.Count;
        long complaint = _services.OpComplaintMs;
        int slow = 0;
        long oldest = 0;
        foreach ((ClientRequest request, _) in OpsInFlight)
        {
            long age = now - request.ArrivedMs;
            slow += age >= complaint ? 1 : 0;
            oldest = Math.Max(oldest, age);
        }

        if (slow > 0 && SlowOps == 0)
        {
            _services.Logger.SlowOps(slow, oldest);
        }

        SlowOps = slow;
        OldestOpMs = oldest;
    }

    private static readonly Tick Ticked = new();
}
