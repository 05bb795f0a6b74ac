using System.Collections.Immutable;

namespace Cairn.Crush;

/// <summary>A set of weights (and ids) that straw2 draws use in place of the hierarchy's own: how a balancer corrects placement.</summary>
/// <param name="Buckets">By bucket id.</param>
public sealed record ChooseArgs(ImmutableSortedDictionary<int, ChooseArg> Buckets)
{
    /// <summary>The set for pools that have none of their own.</summary>
    public const long DefaultSet = -1;

    public bool Equals(ChooseArgs? other) => other is not null && Buckets.SequenceEqual(other.Buckets);

    public override int GetHashCode() => Buckets.Count;
}

/// <summary>The replacement for one bucket.</summary>
public sealed record ChooseArg
{
    /// <summary>One list of weights, as long as the bucket, for each position; positions past the last use the last. Empty: the bucket's own.</summary>
    public ImmutableArray<ImmutableArray<uint>> WeightSet { get; init; } = [];

    /// <summary>What the hash sees in place of the items' ids. Empty: their own.</summary>
    public ImmutableArray<int> Ids { get; init; } = [];

    public bool Equals(ChooseArg? other) =>
        other is not null && Ids.AsSpan().SequenceEqual(other.Ids.AsSpan()) && WeightSet.Length == other.WeightSet.Length
        && WeightSet.Zip(other.WeightSet).All(p => p.First.AsSpan().SequenceEqual(p.Second.AsSpan()));

    public override int GetHashCode() => HashCode.Combine(WeightSet.Length, Ids.Length);
}
