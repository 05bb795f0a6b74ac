using Cairn.Pg;

namespace Cairn.Simulation.Cluster;

/// <summary>One hosted PG and what its shell remembers of it.</summary>
public sealed class PgHost(PlacementGroup pg)
{
    public PlacementGroup Pg => pg;

    /// <summary>When the next tick is planned, monotonic ms; long.MaxValue if none is.</summary>
    public long WakePlannedMs { get; set; } = long.MaxValue;

    /// <summary>Its peering state when last looked at.</summary>
    public string NotedState { get; set; } = "";

    public bool IsRemoved { get; set; }
}
