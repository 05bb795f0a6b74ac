using Cairn.Pg;

namespace Cairn.Simulation.Cluster;

/// <summary>One hosted PG and what its shell remembers of it.</summary>
public sealed class PgHost(PlacementGroup pg)
{
    public PlacementGroup Pg => pg;

    /// <summary>When the next tick is planned, monotonic ms; long.MaxValue if none is.</summary>
    public long WakePlannedMs { get; set; } = long.MaxValue;

    public bool IsRemoved { get; set; }
}
