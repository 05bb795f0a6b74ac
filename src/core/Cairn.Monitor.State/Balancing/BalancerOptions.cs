namespace Cairn.Monitor.State.Balancing;

/// <summary>When the leader evens out how many PGs the OSDs have, and how far it goes at a time.</summary>
public sealed record BalancerOptions
{
    /// <summary><c>balancer_mode</c> upmap, as against off.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary><c>target_max_misplaced_ratio</c>: so much of the data may be on its way at once.</summary>
    public double MisplacedRatioMax { get; init; } = 0.05; // Ceph's default.

    /// <summary><c>upmap_max_deviation</c>, in PGs of a pool.</summary>
    public double DeviationMax { get; init; } = 1;
}
