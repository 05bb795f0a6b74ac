using Cairn.Maps;
using Cairn.Monitor.State.Wire;
using Cairn.Objects.Operations;
using Cairn.Pg;
using Cairn.Pg.Effects;
using Cairn.Pg.Inputs;
using Cairn.Pg.Messages;
using Cairn.Simulation.Chance;
using Cairn.Simulation.Network;

namespace Cairn.Simulation.Cluster;

/// <summary>
/// One run of an OSD daemon: hosts placement groups, feeds them maps, messages and time, and has their effects carried out.
/// The same duties as the real shell, without its threads.
/// </summary>
public sealed class OsdProcess
{
    /// <summary>Messages and operations kept for a map or PG to come. A real shell's budgets stop senders long before.</summary>
    private const int WaitingMax = 10_000;

    /// <summary>The product allows for a clock that is off by a fiftieth: <c>ReadLease</c>.</summary>
    private const long DriftMaxPerMille = 4;

    private readonly World _world;
    private readonly SimOsd _machine;
    private readonly EffectExecutor _effects;
    private readonly Heartbeats _heartbeats;
    private readonly SortedDictionary<PgId, PgHost> _pgs = [];
    private readonly List<Action> _waitingForMap = [];
    private readonly long _monotonicStartMs;
    private readonly long _wallSkewMs;
    private readonly long _startUs;
    private readonly long _drift;
    private OsdMap? _map;
    private bool _loaded;
    private int _incarnation;
    private bool _bootSent;
    private long _rejectedSinceUs = -1;

    public OsdProcess(World world, SimOsd machine, SeededRandom random)
    {
        _world = world;
        _machine = machine;
        _effects = new EffectExecutor(world, machine, this, random.Fork());
        _heartbeats = new Heartbeats(world, machine, this);
        // Monotonic clocks of two processes have nothing to do with each other, and run a little fast or slow; wall clocks are off.
        _monotonicStartMs = random.Between(0, 1_000_000_000);
        _drift = random.Between(-DriftMaxPerMille, DriftMaxPerMille);
        _startUs = world.Events.NowUs;
        _wallSkewMs = random.Between(-2_000, 2_000);
        Environment = new PgEnvironment(machine.Id, machine.Disk.Store, world.Placement.Map, world.Options.Pg);
    }

    public PgEnvironment Environment { get; }

    public OsdMap Map => _map!;

    public bool HasMap => _map is not null;

    public string NetworkAddress => _machine.AddressOf(_incarnation);

    /// <summary>Whether the map shows this very process as up: before that it takes no part.</summary>
    public bool IsActive => _map?.Osd(_machine.Id) is { Up: true } state && state.DataAddress == NetworkAddress;

    /// <summary>Names this process in what it asks the monitor for.</summary>
    public Epoch UpFrom => _map?.Osd(_machine.Id)?.UpFrom ?? Epoch.None;

    public IEnumerable<PgHost> Pgs => _pgs.Values;

    public PgTime Now => new(_monotonicStartMs + ((_world.Events.NowUs - _startUs) * (1000 + _drift) / 1_000_000), 1_700_000_000_000 + _world.Events.NowMs + _wallSkewMs);

    public PgHost? Find(PgId pg) => _pgs.GetValueOrDefault(pg);

    public void Start()
    {
        RequestMaps();
        PlanTick();
    }

    public void RequestMaps()
    {
        Epoch after = _map?.Epoch ?? Epoch.None;
        _world.Network.Send(_machine.Address, Address.Monitor, () => _world.Monitor.MapsRequested(_machine.Address, after));
    }

    public void MapsReceived(IReadOnlyList<OsdMap> maps)
    {
        if (_map is null)
        {
            // Older epochs are on its disk or fetched with these: the monitor of this world trims nothing.
            _map = maps[^1];
            Load();
        }
        else
        {
            if (maps[0].Epoch > _map.Epoch.Next)
            {
                RequestMaps();
                return;
            }

            foreach (OsdMap next in maps.Where(m => m.Epoch > _map.Epoch).ToList())
            {
                Advance(next);
            }
        }

        AfterMaps();
    }

    /// <summary>Gives one input to a PG and carries out what comes of it.</summary>
    public void Feed(PgHost host, PgInput input)
    {
        if (!host.IsRemoved)
        {
            host.Pg.Handle(input, Now, _effects.Buffer);
            NoteState(host);
            _effects.CarryOut(host);
        }
    }

    private void NoteState(PgHost host)
    {
        string state = host.Pg.Core.State.GetType().Name;
        if (state != host.NotedState)
        {
            _world.Coverage.Count("peering", state);
            _world.Trace($"{_machine.Id} pg {host.Pg.Id}: {host.NotedState} -> {state} in {host.Pg.Interval}; {host.Pg.Info}");
            string before = host.NotedState;
            host.NotedState = state;
            _world.Peering.OnState(_world, _machine, host.Pg, before);
        }
    }

    public PgHost Host(PlacementGroup pg)
    {
        var host = new PgHost(pg);
        _pgs.Add(pg.Id, host);
        return host;
    }

    public void Forget(PgHost host)
    {
        host.IsRemoved = true;
        _pgs.Remove(host.Pg.Id);
    }

    public void MessageReceived(OsdId from, string toAddress, PgMessage message)
    {
        if (toAddress != NetworkAddress || !IsActive)
        {
            return; // Meant for the process that was here before.
        }

        if (message.Epoch > Map.Epoch)
        {
            WaitForMap(() => MessageReceived(from, toAddress, message));
            return;
        }

        if (Find(message.Pg) is { } host)
        {
            Feed(host, new MessageReceived(from, message));
            return;
        }

        bool exists = Map.Pools.TryGetValue(message.Pg.Pool, out Pool? pool) && message.Pg.Seed < pool.PgNum;
        if (exists && message.CreatesPg)
        {
            OsdMap map = _world.Monitor.MapOf(message.Epoch);
            host = HostNew(message.Pg, effects => PlacementGroup.CreateFor(message, map, Environment, Now, effects));
            CatchUp(host, map.Epoch);
            if (Find(message.Pg) is { } created)
            {
                Feed(created, new ActMap());
                Feed(created, new MessageReceived(from, message));
            }
        }
        else if (PlacementGroup.AnswerForAbsent(message, Map) is { } answer)
        {
            _effects.SendTo(from, answer);
        }
    }

    /// <summary>A message that was sent before: of interest only if its interval is over by now.</summary>
    public void GhostReceived(OsdId from, string toAddress, PgMessage message)
    {
        if (Find(message.Pg) is { } host && message.Epoch < host.Pg.Interval.Since)
        {
            MessageReceived(from, toAddress, message);
        }
    }

    public void ClientOpReceived(OsdOp op, long connection, string toAddress)
    {
        if (toAddress != NetworkAddress || !IsActive)
        {
            return;
        }

        if (Find(op.Pg) is { } host)
        {
            Feed(host, new ClientOp(op, connection));
        }
        else if (op.MapEpoch > Map.Epoch || (Map.Pools.ContainsKey(op.Pg.Pool) && _world.Placement.Map(Map, op.Pg).ActingPrimary == _machine.Id))
        {
            WaitForMap(() => ClientOpReceived(op, connection, toAddress));
        }
        else
        {
            _effects.DropClientOp(connection, op.Id, Map.Epoch);
        }
    }

    /// <summary>Runs again what waits, at the next map.</summary>
    public void WaitForMap(Action action)
    {
        Invariant.Require(_waitingForMap.Count < WaitingMax, $"{_machine.Id} keeps too much for a map to come");
        _waitingForMap.Add(action);
        RequestMaps();
    }

    /// <summary>A clean stop: the monitor is told, so that others take over at once.</summary>
    public void AnnounceStop()
    {
        string address = NetworkAddress;
        _world.Network.Send(_machine.Address, Address.Monitor, () => _world.Monitor.MarkDown(_machine.Id, address, DownCause.Stopped));
    }

    private void Load()
    {
        foreach (PgId pg in Environment.Catalog.ListCollections())
        {
            if (PlacementGroup.StoredEpochOf(Environment.Catalog, pg) is { } epoch && !_pgs.ContainsKey(pg))
            {
                OsdMap map = _world.Monitor.MapOf(epoch);
                PgHost host = HostNew(pg, effects => PlacementGroup.Load(pg, map, Environment, Now, effects));
                CountRestart(host.Pg.Core);
                CatchUp(host, epoch);
            }
        }

        _loaded = true;
    }

    private void CountRestart(PgCore pg)
    {
        bool isHalf = !pg.LastBackfill.IsComplete;
        _world.Coverage.Count("path", isHalf ? pg.LastBackfill.IsNothing ? "restart of an unfilled copy" : "restart of a half filled copy"
            : pg.Missing.IsEmpty ? "restart" : "restart with missing objects");
    }

    // Epochs one by one, for the PG and for those that split off it on the way.
    private void CatchUp(PgHost host, Epoch from)
    {
        foreach (OsdMap map in _world.Monitor.MapsAfter(from).TakeWhile(m => m.Epoch <= Map.Epoch))
        {
            var before = new HashSet<PgId>(_pgs.Keys);
            Feed(host, new MapAdvanced(map));
            foreach (PgHost child in _pgs.Values.Where(p => !before.Contains(p.Pg.Id)).ToList())
            {
                CatchUp(child, map.Epoch);
            }
        }
    }

    private void Advance(OsdMap next)
    {
        OsdMap before = Map;
        _map = next;
        foreach (PgHost host in _pgs.Values.ToList())
        {
            Feed(host, new MapAdvanced(next));
        }

        foreach (Pool pool in next.Pools.Values.Where(p => !before.Pools.ContainsKey(p.Id)))
        {
            CreatePgsOf(pool, next);
        }

        if (IsWronglyDown(before, next))
        {
            _world.Trace($"{_machine.Id}: is down in {next.Epoch}, but alive");
            _incarnation++;
            _bootSent = false;
        }
    }

    private bool IsWronglyDown(OsdMap before, OsdMap next) =>
        before.Osd(_machine.Id) is { Up: true } was && was.DataAddress == NetworkAddress && !IsActive && next.Osd(_machine.Id) is not null;

    private void CreatePgsOf(Pool pool, OsdMap map)
    {
        for (uint seed = 0; seed < pool.PgNum; seed++)
        {
            var pg = new PgId(pool.Id, seed);
            PgMapping mapping = _world.Placement.Map(map, pg);
            if (IsActive && mapping.Acting.Contains(_machine.Id) && !_pgs.ContainsKey(pg))
            {
                HostNew(pg, effects => PlacementGroup.Create(
                    pg, map, new PgHistory { EpochCreated = map.Epoch }, PastIntervals.None, Environment, Now, effects));
            }
        }
    }

    private void AfterMaps()
    {
        if (!IsActive)
        {
            SendBoot();
            return;
        }

        CreateMissingPrimaries();
        foreach (PgHost host in _pgs.Values.ToList())
        {
            Feed(host, new ActMap());
        }

        var waiting = _waitingForMap.ToList();
        _waitingForMap.Clear();
        waiting.ForEach(static a => a());
    }

    // Nobody may be left who holds the PG, or nobody who knows that this OSD leads it now: it asks on its own.
    private void CreateMissingPrimaries()
    {
        foreach (Pool pool in Map.Pools.Values)
        {
            for (uint seed = 0; seed < pool.PgNum; seed++)
            {
                var pg = new PgId(pool.Id, seed);
                if (_pgs.ContainsKey(pg) || _world.Placement.Map(Map, pg).ActingPrimary != _machine.Id)
                {
                    continue;
                }

                (PastIntervals past, PgHistory history) = PastIntervals.Build(
                    pg, _world.Monitor.MapsAfter(Epoch.None).TakeWhile(m => m.Epoch <= Map.Epoch), _world.Placement.Map);
                HostNew(pg, effects => PlacementGroup.Create(pg, Map, history, past, Environment, Now, effects));
            }
        }
    }

    public void OnFullChanged()
    {
        foreach (PgHost host in _pgs.Values.ToList())
        {
            Feed(host, new StoreFullChanged(_machine.IsFull));
        }
    }

    private PgHost HostNew(PgId pg, Func<EffectList, PlacementGroup> create)
    {
        var host = new PgHost(create(_effects.Buffer));
        _pgs.Add(pg, host);
        _effects.CarryOut(host);
        if (_machine.IsFull)
        {
            Feed(host, new StoreFullChanged(IsFull: true));
        }

        return host;
    }

    private void SendBoot()
    {
        if (_bootSent || !_loaded)
        {
            return;
        }

        _bootSent = true;
        string address = NetworkAddress;
        Guid uuid = _machine.DiskUuid;
        ulong incarnation = ((ulong)_machine.Life << 32) | (uint)_incarnation;
        _world.Network.Send(_machine.Address, Address.Monitor, () => _world.Monitor.Boot(_machine.Id, uuid, address, incarnation));
    }

    private void PlanTick()
    {
        int life = _machine.Life;
        _world.Events.After(_world.Options.HeartbeatIntervalUs, () =>
        {
            if (_machine.Life == life)
            {
                _machine.Run(Tick);
                PlanTick();
            }
        });
    }

    private void Tick()
    {
        // Subscriptions are renewed, and a boot that got lost is sent again.
        RequestMaps();
        if (!HasMap)
        {
            return;
        }

        if (!IsActive)
        {
            _rejectedSinceUs = _rejectedSinceUs < 0 ? _world.Events.NowUs : _rejectedSinceUs;
            if (_world.Events.NowUs - _rejectedSinceUs > 2_000_000)
            {
                _rejectedSinceUs = -1;
                _bootSent = false;
                SendBoot();
            }

            return;
        }

        _rejectedSinceUs = -1;
        _heartbeats.Beat();
        foreach (PgHost host in _pgs.Values.ToList())
        {
            Feed(host, new Tick());
        }
    }

    public void HeartbeatFrom(OsdId peer) => _heartbeats.Answered(peer);
}
