using System.Collections.Immutable;

namespace Cairn.Crush;

/// <summary>What kind of pool a rule is for. The numbers are Ceph's.</summary>
public enum CrushRuleType
{
    Replicated = 1,
    Erasure = 3,
}

/// <summary>How to come from the root to the devices that hold a PG.</summary>
public sealed record CrushRule
{
    public required int Id { get; init; }

    public required string Name { get; init; }

    public CrushRuleType Type { get; init; } = CrushRuleType.Replicated;

    /// <summary>Pool sizes the rule was written for. Kept for the text form; later Ceph releases ignore it.</summary>
    public int MinSize { get; init; } = 1;

    public int MaxSize { get; init; } = 10;

    public ImmutableArray<CrushStep> Steps { get; init; } = [];

    public bool Equals(CrushRule? other) =>
        other is not null && Id == other.Id && Name == other.Name && Type == other.Type && MinSize == other.MinSize
        && MaxSize == other.MaxSize && Steps.AsSpan().SequenceEqual(other.Steps.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Id, Type, Steps.Length);
}
