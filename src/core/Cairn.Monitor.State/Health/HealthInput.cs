using Cairn.Maps;
using Cairn.Monitor.State.Stats;

namespace Cairn.Monitor.State.Health;

/// <summary>All that health is judged from.</summary>
/// <param name="Map">The newest map.</param>
/// <param name="Pgs">Every PG of the map.</param>
/// <param name="Monitors">Names of all monitors.</param>
/// <param name="MonitorsInQuorum">Names of those the leader reaches, itself among them.</param>
/// <param name="PoolSizeDefault"><c>osd_pool_default_size</c>: with fewer OSDs a default pool can't be whole.</param>
/// <param name="LeaderForMs">How long this monitor has led: at first it has not heard of every PG, which says nothing of the PGs.</param>
public sealed record HealthInput(
    MonitorState State,
    OsdMap Map,
    IReadOnlyList<PgView> Pgs,
    ClusterStats Stats,
    IReadOnlyList<string> Monitors,
    IReadOnlyList<string> MonitorsInQuorum,
    int PoolSizeDefault,
    long LeaderForMs);
