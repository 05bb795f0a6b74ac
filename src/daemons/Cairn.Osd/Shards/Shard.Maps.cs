using Cairn.Maps;
using Cairn.Osd.Maps;
using Cairn.Pg;
using Cairn.Pg.Inputs;
using Cairn.Pg.Messages;

namespace Cairn.Osd.Shards;

// Epochs, and which PGs they bring.
internal sealed partial class Shard
{
    private static readonly ActMap Act = new();
    private readonly HashSet<PgId> _historyAsked = [];
    private uint _advancedTo;

    /// <summary>The epoch fed to all PGs here. Read by other shards.</summary>
    public uint AdvancedTo => Volatile.Read(ref _advancedTo);

    private void Advance(IReadOnlyList<MapView> views)
    {
        foreach (MapView view in views)
        {
            OsdMap map = view.Map;
            _map = map;
            foreach (PgHost host in _hosts.Values.ToList())
            {
                if (host.Group.Map.Epoch < map.Epoch)
                {
                    Handle(host, new MapAdvanced(map));
                }
            }

            CreateNewPools(view);
        }

        Volatile.Write(ref _advancedTo, _map!.Epoch.Value);

        foreach (PgHost host in _hosts.Values.ToList())
        {
            Handle(host, Act);
        }

        AskForMissingHistories(views[^1]);
        ReplayAwaited();
    }

    /// <summary>On the epoch that creates a pool, every OSD of a PG's acting set makes its copy.</summary>
    private void CreateNewPools(MapView view)
    {
        OsdMap map = view.Map;
        foreach ((PgId pg, PgMapping mapping) in view.Mine)
        {
            if (map.Pools[pg.Pool].CreatedIn == map.Epoch && IsOurs(pg) && !_hosts.ContainsKey(pg) && mapping.Acting.Contains(_services.Whoami))
            {
                var history = new PgHistory { EpochCreated = map.Epoch };
                Host(PlacementGroup.Create(pg, map, history, PastIntervals.None, _services.NewEnvironment(), _services.Clock.Now, _effects));
            }
        }
    }

    /// <summary>We lead a PG that we have no copy of. A stray will tell of it, unless nobody ever had it: the maps since its pool's creation say which.</summary>
    private void AskForMissingHistories(MapView view)
    {
        foreach ((PgId pg, PgMapping mapping) in view.Mine)
        {
            Epoch created = view.Map.Pools[pg.Pool].CreatedIn;
            if (mapping.ActingPrimary == _services.Whoami && created < view.Map.Epoch && IsOurs(pg) && !_hosts.ContainsKey(pg) && _historyAsked.Add(pg))
            {
                _services.FetchHistory(pg, created);
            }
        }
    }

    private void CreateFromHistory(PgId pg, IReadOnlyList<OsdMap> maps)
    {
        _historyAsked.Remove(pg);
        if (maps.Count == 0)
        {
            return;
        }

        OsdMap last = maps[^1];
        bool alwaysWasThere = maps.All(m => m.Pools.TryGetValue(pg.Pool, out Pool? p) && pg.Seed < p.PgNum);
        if (_hosts.ContainsKey(pg) || _map is null || last.Epoch > _map.Epoch || !alwaysWasThere
            || _map.Pools.GetValueOrDefault(pg.Pool) is not { } pool || pg.Seed >= pool.PgNum)
        {
            return;
        }

        PgEnvironment environment = _services.NewEnvironment();
        (PastIntervals past, PgHistory history) = PastIntervals.Build(pg, maps, environment.Mapper);
        Host(PlacementGroup.Create(pg, last, history, past, environment, _services.Clock.Now, _effects));
        CatchUp(_hosts[pg]);
        ReplayAwaited();
    }

    private PgHost? CreateForMessage(PgMessage message)
    {
        if (!message.CreatesPg
            || _map!.Pools.GetValueOrDefault(message.Pg.Pool) is not { } pool || message.Pg.Seed >= pool.PgNum
            || _services.Maps.Find(message.Epoch) is not { } map
            || map.Pools.GetValueOrDefault(message.Pg.Pool) is not { } then || message.Pg.Seed >= then.PgNum)
        {
            return null;
        }

        PgHost host = Host(PlacementGroup.CreateFor(message, map, _services.NewEnvironment(), _services.Clock.Now, _effects));
        CatchUp(host);
        return _hosts.GetValueOrDefault(message.Pg);
    }

    private void Adopt(PlacementGroup group)
    {
        PgHost host = Host(group);
        if (_map is not null)
        {
            CatchUp(host);
            ReplayAwaited();
        }
    }

    private PgHost Host(PlacementGroup group)
    {
        var host = new PgHost(group);
        _hosts.Add(group.Id, host);
        CarryOut(host);
        if (_storeFull)
        {
            Handle(host, new StoreFullChanged(true));
        }

        return host;
    }

    /// <summary>Feeds the epochs that the shard has seen and the PG has not.</summary>
    private void CatchUp(PgHost host)
    {
        if (host.Group.Map.Epoch < _map!.Epoch)
        {
            IReadOnlyList<OsdMap>? maps = _services.Maps.Range(host.Group.Map.Epoch.Next, _map.Epoch);
            Invariant.Require(maps is not null, $"the maps since {host.Group.Map.Epoch} for {host.Group.Id} are kept");
            foreach (OsdMap map in maps)
            {
                Handle(host, new MapAdvanced(map));
            }
        }

        Handle(host, Act);
    }

    private void ReplayAwaited()
    {
        if (_awaitingPg.Count > 0)
        {
            ClientRequest[] requests = [.. _awaitingPg];
            _awaitingPg.Clear();
            foreach (ClientRequest request in requests)
            {
                AcceptRequest(request);
            }
        }

        if (_awaitingMap.Count == 0)
        {
            return;
        }

        MessageWork[] awaited = [.. _awaitingMap];
        _awaitingMap.Clear();
        foreach (MessageWork work in awaited)
        {
            Receive(work);
        }
    }

    private bool IsOurs(PgId pg) => _services.Shards.Of(pg) == this;
}
