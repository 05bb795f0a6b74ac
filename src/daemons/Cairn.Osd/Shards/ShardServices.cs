using Cairn.Maps;
using Cairn.Osd.Maps;
using Cairn.Osd.Peers;
using Cairn.Osd.Reports;
using Cairn.Osd.Scheduling;
using Cairn.Pg;
using Cairn.Store;
using Microsoft.Extensions.Logging;

namespace Cairn.Osd.Shards;

/// <summary>What the shards of an OSD share. All of it may be called from any thread.</summary>
internal sealed class ShardServices
{
    public required OsdId Whoami { get; init; }

    public required IObjectStore Store { get; init; }

    public required StoreSpace Space { get; init; }

    public required PgOptions PgOptions { get; init; }

    public required MapHistory Maps { get; init; }

    public required PeerLinks Peers { get; init; }

    public required MonitorReports Monitors { get; init; }

    public required StatsBoard Stats { get; init; }

    public required SchedulerOptions Scheduling { get; init; }

    /// <summary>Client operations older than this are slow.</summary>
    public required long OpComplaintMs { get; init; }

    public required Reservations Reservations { get; init; }

    public required ShardSet Shards { get; init; }

    public required OsdClock Clock { get; init; }

    public required ILogger Logger { get; init; }

    /// <summary>Fetches the maps from an epoch on, for a PG that is new here; the shard gets <see cref="HistoryWork"/>.</summary>
    public required Action<PgId, Epoch> FetchHistory { get; init; }

    /// <summary>A newer map is known to exist.</summary>
    public required Action<Epoch> WantMap { get; init; }

    public PgEnvironment NewEnvironment() => new(Whoami, Store, static (map, pg) => map.MapPg(pg), PgOptions);
}
