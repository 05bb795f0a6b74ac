namespace Cairn.Simulation;

/// <summary>What of a scenario is given instead of drawn from the seed: for soaks of another mix.</summary>
public sealed record ScenarioLimits
{
    public static ScenarioLimits None { get; } = new();

    public int? Osds { get; init; }

    /// <summary>By the names of their types: each of these, and no others. Empty: as drawn.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];

    /// <summary>All are disasters, or none is.</summary>
    public bool? Disaster { get; init; }

    /// <summary>Simulated seconds with faults.</summary>
    public int? Seconds { get; init; }

    /// <summary>As arguments of <c>scripts/soak sim</c>.</summary>
    public override string ToString() => string.Concat(
        Osds is { } osds ? FormattableString.Invariant($" --osds {osds}") : "",
        Faults.Count > 0 ? $" --faults {string.Join(',', Faults)}" : "",
        Disaster is { } disaster ? $" --disasters {(disaster ? "all" : "none")}" : "",
        Seconds is { } seconds ? FormattableString.Invariant($" --seconds {seconds}") : "");
}
