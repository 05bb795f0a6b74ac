using Cairn.Pg;
using Cairn.Simulation.Network;
using Cairn.Simulation.Stores;

namespace Cairn.Simulation.Cluster;

/// <summary>The cluster of one simulation. Times in microseconds, shorter than a real cluster's so that much happens in a minute.</summary>
public sealed record ClusterOptions
{
    public int OsdCount { get; init; } = 5;

    public int PoolSize { get; init; } = 3;

    public int PoolMinSize { get; init; } = 2;

    public uint PgCount { get; init; } = 4;

    /// <summary>Also how often placement groups are told the time: the longest they allow.</summary>
    public long HeartbeatIntervalUs { get; init; } = 1_000_000;

    public long HeartbeatGraceUs { get; init; } = 3_000_000;

    /// <summary><c>mon_osd_down_out_interval</c>.</summary>
    public long DownOutIntervalUs { get; init; } = 15_000_000;

    /// <summary>From a change at the monitor to the epoch that shows it.</summary>
    public long ProposeMinUs { get; init; } = 20_000;

    public long ProposeMaxUs { get; init; } = 300_000;

    /// <summary>Share of map deliveries to one receiver that come seconds late.</summary>
    public double LateMapShare { get; init; } = 0.05;

    public NetworkOptions Network { get; init; } = new();

    public DiskOptions Disk { get; init; } = new();

    public PgOptions Pg { get; init; } = new();
}
