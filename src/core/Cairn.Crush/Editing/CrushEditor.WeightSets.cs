using System.Collections.Immutable;

namespace Cairn.Crush;

// Weight sets made and changed by hand: Ceph documentation, "CRUSH maps", "Weight sets".
public sealed partial class CrushEditor
{
    /// <summary>Makes a weight set that begins as the hierarchy's own weights. <c>osd crush weight-set create</c> and <c>create-compat</c>.</summary>
    /// <param name="id">A pool's number, or <see cref="ChooseArgs.DefaultSet"/>.</param>
    /// <param name="positions">1: one weight for all places of a result; else one for each.</param>
    /// <returns>False: it is there already, and stays as it is.</returns>
    public bool CreateWeightSet(long id, int positions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(positions, 1);
        if (_chooseArgs.ContainsKey(id))
        {
            return false;
        }

        var args = _buckets.Values.ToImmutableSortedDictionary(b => b.Id, b => OwnWeights(b, positions));
        _chooseArgs = _chooseArgs.Add(id, new ChooseArgs(args));
        _current = null;
        return true;
    }

    /// <summary>Takes a weight set away. <c>osd crush weight-set rm</c> and <c>rm-compat</c>.</summary>
    /// <returns>False: there is none.</returns>
    public bool RemoveWeightSet(long id)
    {
        bool found = _chooseArgs.ContainsKey(id);
        _chooseArgs = _chooseArgs.Remove(id);
        _current = found ? null : _current;
        return found;
    }

    /// <summary>Sets the weight of an item in a weight set, and the sums above it there; the hierarchy's own weights stay.</summary>
    /// <param name="weights">16.16, one for each position of the set.</param>
    /// <exception cref="CrushException">No such set or item, not as many weights as the set has positions, or the sum would not fit 32 bits.</exception>
    public void ReweightInSet(long id, string item, IReadOnlyList<uint> weights)
    {
        if (!_chooseArgs.TryGetValue(id, out ChooseArgs? set))
        {
            throw new CrushException("there is no such weight set: create it first");
        }

        int positions = set.Buckets.Values.Select(a => a.WeightSet.Length).DefaultIfEmpty(0).Max();
        if (weights.Count != Math.Max(1, positions))
        {
            throw new CrushException($"the weight set has {Math.Max(1, positions)} positions: give as many weights, not {weights.Count}");
        }

        int found = RequireItem(item);
        if (Tree.RealParentsOf(found).IsEmpty)
        {
            throw new CrushException($"'{item}' is in no bucket: no weight set holds a weight of it");
        }

        StoreInSet(id, found, weights);
        RebuildShadows();
    }

    private void StoreInSet(long id, int item, IReadOnlyList<uint> weights)
    {
        foreach (int parent in Tree.RealParentsOf(item))
        {
            CrushBucket bucket = _buckets[parent];
            ChooseArgs set = _chooseArgs[id];
            ChooseArg arg = set.Buckets.GetValueOrDefault(parent) ?? new ChooseArg();
            // A bucket that came after the set, or whose entry has fewer positions, gets the weights that were in force for it.
            ImmutableArray<ImmutableArray<uint>> had = arg.WeightSet.IsEmpty ? OwnWeights(bucket, 1).WeightSet : arg.WeightSet;
            ImmutableArray<ImmutableArray<uint>> next =
            [
                .. weights.Select((weight, position) => With(had[Math.Min(position, had.Length - 1)], bucket, item, weight)),
            ];
            _chooseArgs = _chooseArgs.SetItem(id, set with { Buckets = set.Buckets.SetItem(parent, arg with { WeightSet = next }) });
            _current = null;
            StoreInSet(id, parent, [.. next.Select(position => CheckedSum(bucket, position))]);
        }
    }

    private static ImmutableArray<uint> With(ImmutableArray<uint> weights, CrushBucket bucket, int item, uint weight) =>
        [.. weights.Select((had, index) => bucket.Items[index].Id == item ? weight : had)];

    private static uint CheckedSum(CrushBucket bucket, ImmutableArray<uint> weights)
    {
        ulong sum = weights.Aggregate(0UL, (total, weight) => total + weight);
        return sum <= uint.MaxValue
            ? (uint)sum
            : throw new CrushException($"the weights of the set in '{bucket.Name}' would add up to more than 65535.99998");
    }

    private static ChooseArg OwnWeights(CrushBucket bucket, int positions) => new()
    {
        WeightSet = [.. Enumerable.Repeat(bucket.Items.Select(i => i.Weight).ToImmutableArray(), positions)],
    };
}
