using System.Collections.Immutable;
using Cairn.Crush;
using Cairn.Maps;
using Cairn.Simulation.Network;

namespace Cairn.Simulation.Cluster;

/// <summary>
/// The monitors as one: an ordered, durable log of maps, and the judgement of liveness. Changes gather until the next proposal.
/// It never dies, as a quorum does not; a fault may take its quorum away for a while, and then nothing changes.
/// </summary>
public sealed class SimMonitor : INetworkNode
{
    private readonly World _world;
    private readonly List<OsdMap> _maps = [];
    private readonly List<Func<OsdMap, OsdMap>> _changes = [];
    private readonly SortedDictionary<OsdId, PendingBoot> _boots = [];
    private readonly Dictionary<OsdId, Dictionary<OsdId, long>> _failureReports = [];
    private readonly Dictionary<OsdId, long> _downSinceUs = [];
    private bool _proposing;

    public SimMonitor(World world)
    {
        _world = world;
        _maps.Add(new OsdMap
        {
            Fsid = new Guid("c0ffee00-0000-4000-8000-000000000001"),
            Epoch = new Epoch(1),
            Crush = new CrushMap(),
            Osds = [.. Enumerable.Range(0, world.Options.OsdCount).Select(i => new OsdState { Uuid = new Guid(i, 0, 0, new byte[8]) })],
        });
        world.Network.Attach(Address.Monitor, this);
        world.Events.After(world.Options.HeartbeatIntervalUs, Tick);
    }

    public bool IsRunning => true;

    public int Life => 0;

    /// <summary>Without a quorum maps are served, but not changed.</summary>
    public bool HasQuorum { get; set; } = true;

    public OsdMap Map => _maps[^1];

    /// <summary>A map of the past: what an OSD stored of it, it could have fetched.</summary>
    public OsdMap MapOf(Epoch epoch) => _maps[(int)epoch.Value - 1];

    public IReadOnlyList<OsdMap> MapsAfter(Epoch epoch) => _maps[(int)epoch.Value..];

    public void ConnectionLost(Address other)
    {
    }

    /// <summary>A change of an admin, or of the liveness rules.</summary>
    public void Change(Func<OsdMap, OsdMap> change)
    {
        _changes.Add(change);
        Propose();
    }

    public void MapsRequested(Address by, Epoch after) => SendMaps(by, after);

    public void Boot(OsdId osd, string address)
    {
        _boots[osd] = new PendingBoot(address);
        Propose();
    }

    public void FailureReported(OsdId target, OsdId reporter, string targetAddress)
    {
        if (Map.Osd(target) is not { Up: true } state || state.DataAddress != targetAddress || !Map.IsUp(reporter))
        {
            return;
        }

        Dictionary<OsdId, long> reports = _failureReports.TryGetValue(target, out var found) ? found : _failureReports[target] = [];
        reports[reporter] = _world.Events.NowUs;
        int reporters = reports.Count(r => _world.Events.NowUs - r.Value < 2 * _world.Options.HeartbeatGraceUs && Map.IsUp(r.Key));
        if (reporters >= Math.Min(2, Map.Osds.Count(static o => o!.Up) - 1))
        {
            _world.Trace($"mon: {target} is reported failed by {string.Join(' ', reports.Keys)}");
            MarkDown(target, targetAddress);
        }
    }

    public void FailureWithdrawn(OsdId target, OsdId reporter) => _failureReports.GetValueOrDefault(target)?.Remove(reporter);

    /// <summary>The OSD itself, before it stops, or its host, having seen it die.</summary>
    public void MarkDown(OsdId osd, string address) => Change(map => map.Osd(osd) is { Up: true } state && state.DataAddress == address
        ? WithOsd(map, osd, s => s with { Up = false, DownAt = map.Epoch.Next })
        : map);

    public void UpThruRequested(OsdId osd, string address, Epoch epoch) => Change(map =>
        map.Osd(osd) is { Up: true } state && state.DataAddress == address && state.UpThru < epoch
            ? WithOsd(map, osd, s => s with { UpThru = epoch })
            : map);

    public void PgTempRequested(OsdId by, PgId pg, ImmutableArray<OsdId> acting) => Change(map =>
        !map.IsUp(by) || !map.Pools.TryGetValue(pg.Pool, out Pool? pool) || pg.Seed >= pool.PgNum || !acting.All(o => map.Osd(o) is not null)
            ? map
            : acting.IsEmpty ? map with { PgTemp = map.PgTemp.Remove(pg) } : map with { PgTemp = map.PgTemp.SetItem(pg, acting) });

    public static OsdMap WithOsd(OsdMap map, OsdId osd, Func<OsdState, OsdState> change) =>
        map with { Osds = map.Osds.SetItem(osd.Value, change(map.Osds[osd.Value]!)) };

    private void Propose()
    {
        if (_proposing)
        {
            return;
        }

        _proposing = true;
        _world.Events.After(_world.Random.Between(_world.Options.ProposeMinUs, _world.Options.ProposeMaxUs), Commit);
    }

    private void Commit()
    {
        if (!HasQuorum)
        {
            _world.Events.After(_world.Options.ProposeMaxUs, Commit);
            return;
        }

        _proposing = false;
        OsdMap before = Map;
        OsdMap next = before;
        foreach (Func<OsdMap, OsdMap> change in _changes)
        {
            next = change(next);
        }

        _changes.Clear();
        next = ApplyBoots(next);
        if (ReferenceEquals(next, before))
        {
            return;
        }

        next = WithoutIdlePgTemps(next with { Epoch = before.Epoch.Next });
        _maps.Add(next);
        _world.Trace($"mon: {Describe(before, next)}");
        foreach (Address subscriber in _world.Subscribers)
        {
            Publish(subscriber, before.Epoch);
        }
    }

    private OsdMap ApplyBoots(OsdMap map)
    {
        foreach (var (osd, boot) in _boots.ToList())
        {
            OsdState state = map.Osds[osd.Value]!;
            if (state.Up && state.DataAddress != boot.Address)
            {
                // Its old process must be seen down before the new one is up: no interval may span both.
                map = WithOsd(map, osd, s => s with { Up = false, DownAt = map.Epoch.Next });
                Propose();
                continue;
            }

            _boots.Remove(osd);
            _failureReports.Remove(osd);
            if (!state.Up)
            {
                map = WithOsd(map, osd, s => s with
                {
                    Up = true,
                    UpFrom = map.Epoch.Next,
                    DataAddress = boot.Address,
                    Weight = s.New || s.AutoOut ? OsdState.FullWeight : s.Weight,
                    New = false,
                    AutoOut = false,
                });
            }
        }

        return map;
    }

    // As Ceph's clean_temps: an override of nobody alive, or equal to what it overrides, is none.
    private static OsdMap WithoutIdlePgTemps(OsdMap map)
    {
        var placement = new Placement();
        var idle = map.PgTemp.Where(t => !t.Value.Any(map.IsUp) || !map.Pools.ContainsKey(t.Key.Pool)
            || t.Value.SequenceEqual(placement.Map(map with { PgTemp = map.PgTemp.Clear() }, t.Key).Up)).Select(static t => t.Key).ToList();
        return idle.Count == 0 ? map : map with { PgTemp = map.PgTemp.RemoveRange(idle) };
    }

    private void Tick()
    {
        _world.Events.After(_world.Options.HeartbeatIntervalUs, Tick);
        long now = _world.Events.NowUs;
        for (int i = 0; i < Map.Osds.Length; i++)
        {
            var id = new OsdId(i);
            OsdState state = Map.Osds[i]!;
            if (state.Up || state.New)
            {
                _downSinceUs.Remove(id);
            }
            else if (_downSinceUs.TryAdd(id, now) || !state.In || Map.Flags.HasFlag(OsdMapFlags.NoOut))
            {
                continue;
            }
            else if (now - _downSinceUs[id] > _world.Options.DownOutIntervalUs)
            {
                Change(map => map.Osd(id) is { Up: false, In: true } ? WithOsd(map, id, static s => s with { Weight = 0, AutoOut = true }) : map);
            }
        }
    }

    private void Publish(Address to, Epoch after)
    {
        if (_world.Random.Chance(_world.Options.LateMapShare))
        {
            _world.Events.After(_world.Random.Between(500_000, 4_000_000), () => SendMaps(to, after));
        }
        else
        {
            SendMaps(to, after);
        }
    }

    private void SendMaps(Address to, Epoch after)
    {
        IReadOnlyList<OsdMap> maps = MapsAfter(after);
        if (maps.Count > 0)
        {
            _world.Network.Send(Address.Monitor, to, () => _world.SubscriberAt(to).MapsReceived(maps));
        }
    }

    private static string Describe(OsdMap before, OsdMap next)
    {
        IEnumerable<string> osds = Enumerable.Range(0, next.Osds.Length).Where(i => !Equals(before.Osds[i], next.Osds[i])).Select(i =>
            $"osd.{i} {(next.Osds[i]!.Up ? "up" : "down")}{(next.Osds[i]!.In ? "" : " out")} from {next.Osds[i]!.UpFrom.Value} thru {next.Osds[i]!.UpThru.Value}");
        IEnumerable<string> temps = next.PgTemp.Except(before.PgTemp).Select(static t => $"pg_temp {t.Key} [{string.Join(',', t.Value.Select(static o => o.Value))}]")
            .Concat(before.PgTemp.Keys.Except(next.PgTemp.Keys).Select(static k => $"pg_temp {k} gone"));
        IEnumerable<string> pools = next.Pools.Values.Except(before.Pools.Values).Select(static p => $"pool {p.Id} pg_num {p.PgNum}/{p.PgpNum} size {p.Size}/{p.MinSize}")
            .Concat(before.Pools.Keys.Except(next.Pools.Keys).Select(static k => $"pool {k} deleted"));
        return $"{next.Epoch}: {string.Join("; ", osds.Concat(temps).Concat(pools))}";
    }

    private sealed record PendingBoot(string Address);
}
