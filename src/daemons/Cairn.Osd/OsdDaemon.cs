using System.Globalization;
using Cairn.Maps;
using Cairn.Maps.Commands;
using Cairn.Maps.Stats;
using Cairn.Messaging;
using Cairn.Messaging.ControlPlane;
using Cairn.Messaging.DataPlane;
using Cairn.Messaging.Security;
using Cairn.Messaging.Wire;
using Cairn.Osd.Heartbeats;
using Cairn.Osd.Maps;
using Cairn.Osd.Memory;
using Cairn.Osd.Peers;
using Cairn.Osd.Reports;
using Cairn.Osd.Shards;
using Cairn.Store;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace Cairn.Osd;

/// <summary>One OSD from its start to its end: opens the store, catches up with the maps, boots, serves, and stops in order.</summary>
internal sealed class OsdDaemon : IAsyncDisposable
{
    private readonly OsdOptions _options;
    private readonly IObjectStore _store;
    private readonly OsdMemory _memory;
    private readonly ILogger _logger;
    private readonly MonitorSession _monitors;
    private readonly MapFetcher _fetcher;
    private readonly MapHistory _maps = new();
    private readonly MapFollower _follower;
    private readonly OsdClock _clock = new(TimeProvider.System);
    private readonly ShardSet _shards = new();
    private readonly StatsBoard _board = new();
    private readonly PeerLinks _peers;
    private readonly HeartbeatService _heartbeats;
    private readonly MonitorReports _reports;
    private readonly StatsReporter _statsReporter;
    private readonly DataListener _listener;
    private readonly BootKeeper _boot;
    private readonly TaskCompletionSource<string> _fatal = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopping = new();
    private Task _loops = Task.CompletedTask;

    public OsdDaemon(
        OsdOptions options,
        IObjectStore store,
        OsdMemory memory,
        EntityIdentity identity,
        MonitorSession monitors,
        DataPlaneOptions dataPlane,
        ILoggerFactory loggers)
    {
        _options = options;
        _store = store;
        _memory = memory;
        _monitors = monitors;
        _logger = loggers.CreateLogger("Cairn.Osd");
        _fetcher = new MapFetcher(monitors);
        var connector = new DataConnector(dataPlane);
        _peers = new PeerLinks(connector, _logger);
        _heartbeats = new HeartbeatService(
            options.Id, connector, monitors, _maps, _clock, options.HeartbeatInterval, options.HeartbeatGrace, _logger);
        _follower = new MapFollower(options.Id, _maps, _shards, _fetcher, OnMap, StopWith, _logger);
        _reports = new MonitorReports(options.Id, monitors, _maps, _logger);
        _statsReporter = new StatsReporter(_board, monitors, _maps, DescribeOsd, options.ReportInterval, _logger);
        _board.StateChanged = _statsReporter.ReportSoon;
        var endpoint = new DataPlaneEndpoint(options.Id, _shards, _maps, _clock, _follower.Want, _logger);
        RequestBudget = new ReceiveBudget(options.RequestBytesMax, options.RequestsMax);
        _listener = new DataListener(
            dataPlane,
            new System.Net.IPEndPoint(System.Net.IPAddress.Parse(options.DataAddress.Host), options.DataAddress.Port),
            _ => endpoint,
            peer => peer.IsOsd ? null : RequestBudget,
            _logger);
        _boot = new BootKeeper(options, store.Identity.OsdUuid, store, monitors, _listener.Address, _logger);
        var space = new StoreSpace(store, _maps, _logger);
        var reservations = new Reservations(_shards, options.BackfillsMax, () => space.IsBackfillFull);
        var services = new ShardServices
        {
            Whoami = options.Id,
            Store = store,
            Space = space,
            PgOptions = options.Pg,
            Maps = _maps,
            Peers = _peers,
            Monitors = _reports,
            Stats = _board,
            Scheduling = options.Scheduling,
            OpComplaintMs = (long)options.OpComplaintTime.TotalMilliseconds,
            Reservations = reservations,
            Shards = _shards,
            Clock = _clock,
            Logger = _logger,
            FetchHistory = (pg, from) => _ = _follower.FetchHistoryAsync(pg, from),
            WantMap = _follower.Want,
        };
        _shards.Start(options.ShardCount, (loop, shards) => new Shard(services, loop, shards, OnBug));
    }

    /// <summary>Completes, with the reason, when the OSD must stop at once.</summary>
    public Task<string> Fatal => _fatal.Task;

    public OsdId Id => _options.Id;

    public TimeSpan OpComplaintTime => _options.OpComplaintTime;

    public Guid Fsid => _options.Fsid;

    /// <summary>Bounds what it holds of clients' requests, however they came.</summary>
    public ReceiveBudget RequestBudget { get; }

    public StatsBoard Stats => _board;

    public ShardSet Shards => _shards;

    public MapHistory Maps => _maps;

    public OsdClock Clock => _clock;

    public string State => _stopping.IsCancellationRequested ? "stopping" : _boot.IsUp ? "active" : "booting";

    /// <summary>Catches up, boots, and serves. Returns when the map has this OSD up.</summary>
    /// <param name="adminAddress">Where its gRPC services listen.</param>
    /// <exception cref="OsdStartException">The cluster does not know this OSD.</exception>
    public async Task StartAsync(HostPort adminAddress, CancellationToken cancellationToken)
    {
        var loader = new PgLoader(_store, _fetcher, _logger);
        (IReadOnlyList<OsdMap> maps, IReadOnlyList<(PgId Pg, OsdMap Map)> stored) = await loader.FindAsync(cancellationToken);
        OsdMap newest = maps[^1];
        RequireKnown(newest);
        foreach (OsdMap map in maps)
        {
            _maps.Add(map);
        }

        _peers.SetMap(newest);
        foreach ((PgId pg, OsdMap map) in stored)
        {
            _shards.Of(pg).Post(new LoadWork(pg, map));
        }

        _shards.PostAll(new MapsWork([.. maps.Select(m => MapView.Of(m, _options.Id))]));
        _logger.Started(_options.Id.Value, stored.Count, newest.Epoch, _listener.Address.ToString(), adminAddress.ToString());
        _monitors.Subscribe(newest, _follower);
        _loops = Task.WhenAll(
            GuardAsync(_heartbeats.RunAsync(_stopping.Token)),
            GuardAsync(_reports.RunAsync(_stopping.Token)),
            GuardAsync(_statsReporter.RunAsync(_stopping.Token)),
            GuardAsync(TickAsync(_stopping.Token)),
            GuardAsync(WatchStoreAsync(_stopping.Token)));
        await _boot.BootAsync(_maps, adminAddress, cancellationToken);
    }

    /// <summary>Has the map show this OSD down first, so that others take over its PGs before its sockets close.</summary>
    public async ValueTask DisposeAsync()
    {
        _logger.Stopping();
        await _boot.StopAsync(_maps);
        await _shards.RestAsync();
        await _stopping.CancelAsync();
        await _loops;
        _heartbeats.CloseAll();
        _peers.CloseAll();
        await _listener.DisposeAsync();
        await _monitors.DisposeAsync();
        await _store.DisposeAsync();
    }

    private void OnMap(MapView view)
    {
        _peers.SetMap(view.Map);
        _heartbeats.SetPeers(view.Map, view.PgPeers);
        if (view.Map.Osd(_options.Id) is not { } self || self.Uuid != _store.Identity.OsdUuid)
        {
            StopWith($"map {view.Map.Epoch} no longer has osd.{_options.Id.Value} with our uuid: it was removed or replaced");
            return;
        }

        _boot.OnMap(view.Map, self);
    }

    private void RequireKnown(OsdMap map)
    {
        int id = _options.Id.Value;
        OsdState self = map.Osd(_options.Id)
            ?? throw new OsdStartException($"the cluster has no osd.{id}: create it first (cairn osd create)");
        if (self.Uuid != _store.Identity.OsdUuid)
        {
            throw new OsdStartException($"the cluster's osd.{id} has uuid {self.Uuid}, the store in {_options.DataDirectory} is that of {_store.Identity.OsdUuid}");
        }

        if (self.Destroyed)
        {
            throw new OsdStartException($"osd.{id} was destroyed: its data was given up; make a new store (cairn-osd mkfs)");
        }
    }

    private async Task TickAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (await timer.WaitForNextTickAsync(stopping))
        {
            _shards.PostAll(TickWork.Everyone);
            _memory.Tick();
        }
    }

    private async Task WatchStoreAsync(CancellationToken stopping)
    {
        StoreFailedException failure = await _store.Failed.WaitAsync(stopping);
        StopWith($"the store failed: {failure.Message}");
    }

    private OsdStat DescribeOsd()
    {
        StoreUsage usage = _store.Usage;
        var stat = new OsdStat
        {
            Osd = _options.Id.Value,
            UpFrom = _maps.Newest.Osd(_options.Id)?.UpFrom.Value ?? 0,
            CapacityBytes = (ulong)usage.TotalBytes,
            UsedBytes = (ulong)usage.UsedBytes,
            AvailableBytes = (ulong)Math.Max(0, usage.TotalBytes - usage.UsedBytes),
            StoredBytes = (ulong)usage.DataBytes,
            Pgs = (uint)_shards.All.Sum(static s => s.HostedCount),
            SlowOps = (uint)_shards.All.Sum(static s => s.SlowOps),
            OldestOpMs = (ulong)_shards.All.Max(static s => s.OldestOpMs),
            SlowestHeartbeatMs = (ulong)_heartbeats.TakeSlowestMs(),
            Version = typeof(OsdDaemon).Assembly.GetName().Version?.ToString(3) ?? "",
        };
        stat.HeartbeatPeers.AddRange(_heartbeats.Peers.Select(static o => o.Value));
        return stat;
    }

    private void OnBug(Exception e)
    {
        if (e is StoreFailedException)
        {
            StopWith($"the store failed: {e.Message}");
            return;
        }

        _logger.Fatal(e.Message, e);
        _fatal.TrySetResult(e.Message);
    }

    private void StopWith(string reason)
    {
        if (_fatal.TrySetResult(reason))
        {
            _logger.Fatal(reason, null);
        }
    }

    private async Task GuardAsync(Task loop)
    {
        try
        {
            await loop;
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The end.
        }
        catch (Exception e)
        {
            OnBug(e);
        }
    }
}

/// <summary>The OSD can't start; the message says why.</summary>
internal sealed class OsdStartException(string message, Exception? inner = null) : Exception(message, inner);
