using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Operations;
using Cairn.Simulation.History;
using Cairn.Simulation.Network;

namespace Cairn.Simulation.Cluster;

/// <summary>
/// A client: finds the primary by its own map, sends, and sends again, with the same request id, when the map moves the PG, the connection
/// breaks, the OSD drops the operation, or for no reason at all.
/// </summary>
public sealed class SimClient : INetworkNode, IMapSubscriber
{
    /// <summary>Requests of which a copy comes seconds later, when the answer may long be here.</summary>
    private const double GhostShare = 0.02;
    private const long GhostMaxUs = 4_000_000;

    private readonly World _world;
    private readonly SortedDictionary<ulong, Pending> _pending = [];
    private readonly ulong _identity;
    private OsdMap _map;
    private ulong _sequence;

    public SimClient(World world, int number)
    {
        _world = world;
        Number = number;
        _identity = world.Random.NextULong();
        _map = world.Monitor.Map;
        world.Network.Attach(Address, this);
        world.Events.After(world.Random.Between(0, 1_000_000), Tick);
    }

    public int Number { get; }

    public Address Address => Address.Client(Number);

    public bool IsRunning { get; private set; } = true;

    public int Life => 0;

    public int PendingCount => _pending.Count;

    public IEnumerable<Operation> PendingOperations => _pending.Values.Select(static p => p.Operation);

    /// <summary>Dies with its operations unanswered: each may still take effect, once, or not.</summary>
    public void Kill()
    {
        IsRunning = false;
        _pending.Clear();
    }

    /// <param name="answered">Called with the answer; never, if there is none.</param>
    public Operation Submit(ObjectId target, IReadOnlyList<ObjectOp> steps, Action<OsdOpReply> answered)
    {
        var id = new RequestId(_identity, ++_sequence);
        Operation operation = _world.Operations.Invoked(Number, id, target, steps);
        var pending = new Pending(operation, answered);
        _pending.Add(_sequence, pending);
        Send(pending);
        return operation;
    }

    public void MapsReceived(IReadOnlyList<OsdMap> maps)
    {
        OsdMap newest = maps[^1];
        if (newest.Epoch <= _map.Epoch || !IsRunning)
        {
            return;
        }

        OsdMap before = _map;
        _map = newest;
        ForgetRemovedPools();
        foreach (Pending pending in _pending.Values)
        {
            if (!pending.IsSent || TargetIn(before, pending) != TargetIn(newest, pending))
            {
                Send(pending);
            }
        }
    }

    public void OpDropped(OsdId by, RequestId id, Epoch epoch)
    {
        if (!_pending.TryGetValue(id.Sequence, out Pending? pending))
        {
            return;
        }

        if (_map.Epoch >= epoch && TargetIn(_map, pending).Osd != by)
        {
            Send(pending);
        }
        else
        {
            pending.IsSent = false;
            RequestMaps();
        }
    }

    public void ReplyReceived(OsdOpReply reply)
    {
        if (!IsRunning || !_pending.Remove(reply.Id.Sequence, out Pending? pending))
        {
            return; // The answer to a copy sent again.
        }

        if (reply.Status == OpStatus.NoSuchPool)
        {
            return;
        }

        _world.Operations.Answered(pending.Operation, reply);
        if (_world.Log.IsKept)
        {
            _world.Trace($"client.{Number}: {OperationText.Of(pending.Operation)}");
        }

        pending.Answered(reply);
    }

    public void ConnectionLost(Address other)
    {
        foreach (Pending pending in _pending.Values)
        {
            if (other.Role == Role.Osd && TargetIn(_map, pending).Osd == other.Osd)
            {
                Send(pending);
            }
        }
    }

    private void RequestMaps()
    {
        Epoch after = _map.Epoch;
        _world.Network.Send(Address, Address.Monitor, () => _world.Monitor.MapsRequested(Address, after));
    }

    private void Tick()
    {
        if (!IsRunning)
        {
            return;
        }

        _world.Events.After(_world.Random.Between(500_000, 1_500_000), Tick);
        RequestMaps();
        ForgetRemovedPools();
        foreach (Pending pending in _pending.Values)
        {
            if (!pending.IsSent || _world.Random.Chance(0.2))
            {
                Send(pending);
            }
        }
    }

    // Whether an operation on a pool that is gone was done before, nobody will see.
    private void ForgetRemovedPools()
    {
        foreach (ulong sequence in _pending.Where(p => IsPoolRemoved(p.Value.Operation.Object.Pool)).Select(static p => p.Key).ToList())
        {
            _pending.Remove(sequence);
        }
    }

    private bool IsPoolRemoved(long pool) => pool <= _map.MaxPoolId && !_map.Pools.ContainsKey(pool);

    private Target TargetIn(OsdMap map, Pending pending)
    {
        if (!map.Pools.TryGetValue(pending.Operation.Object.Pool, out Pool? pool))
        {
            return default;
        }

        var pg = new PgId(pool.Id, ObjectHash.StableMod(pending.Operation.Object.Hash, pool.PgNum, ObjectHash.MaskFor(pool.PgNum)));
        OsdId primary = _world.Placement.Map(map, pg).ActingPrimary;
        return new Target(pg, primary, map.Osd(primary)?.DataAddress ?? "");
    }

    private void Send(Pending pending)
    {
        Target target = TargetIn(_map, pending);
        pending.IsSent = target.Address is { Length: > 0 };
        if (!pending.IsSent)
        {
            return; // Nobody leads the PG: a later map will tell who.
        }

        var op = new OsdOp(pending.Operation.Id, target.Pg, pending.Operation.Object, _map.Epoch, pending.Operation.Steps);
        SimOsd osd = _world.Osds[target.Osd.Value];
        string address = target.Address;
        _world.Network.Send(Address, osd.Address, () => osd.Run(() => osd.Process!.ClientOpReceived(op, Number, address)));
        if (_world.Random.Chance(GhostShare))
        {
            _world.Events.After(_world.Random.Between(20_000, GhostMaxUs), () => osd.Run(() => osd.Process!.ClientOpReceived(op, Number, address)));
        }
    }

    private readonly record struct Target(PgId Pg, OsdId Osd, string Address);

    private sealed class Pending(Operation operation, Action<OsdOpReply> answered)
    {
        public Operation Operation => operation;

        public Action<OsdOpReply> Answered => answered;

        public bool IsSent { get; set; }
    }
}
