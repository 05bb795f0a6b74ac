namespace Cairn.Crush;

/// <summary>How much data would move if one map (with its override weights) were replaced by another.</summary>
/// <param name="Inputs">PGs looked at.</param>
/// <param name="Replicas">Places filled before the change.</param>
/// <param name="Moved">Replicas that land on a device that did not hold the PG before.</param>
/// <param name="PlacesChanged">Places of a result whose device changed.</param>
/// <param name="InputsTouched">PGs of which at least one place changed.</param>
/// <param name="Ideal">The share of all weight that changed hands: no algorithm can move less.</param>
public sealed record CrushMovement(long Inputs, long Replicas, long Moved, long PlacesChanged, long InputsTouched, double Ideal)
{
    public double MovedShare => Replicas == 0 ? 0 : (double)Moved / Replicas;

    public double PlacesChangedShare => Replicas == 0 ? 0 : (double)PlacesChanged / Replicas;

    public double InputsTouchedShare => Inputs == 0 ? 0 : (double)InputsTouched / Inputs;

    /// <param name="before">The map as it is.</param>
    /// <param name="beforeWeights">In-weights 16.16 by device.</param>
    /// <param name="after">The map as it would be.</param>
    /// <param name="afterWeights">Likewise.</param>
    /// <param name="rule">The rule's id, in both.</param>
    /// <param name="numRep">Replicas or shards.</param>
    /// <param name="inputs">The CRUSH inputs of the PGs.</param>
    public static CrushMovement Compare(
        CrushMap before, ReadOnlySpan<uint> beforeWeights, CrushMap after, ReadOnlySpan<uint> afterWeights, int rule, int numRep, ReadOnlySpan<uint> inputs)
    {
        var old = new int[inputs.Length * numRep];
        var now = new int[inputs.Length * numRep];
        var counts = new int[inputs.Length];
        before.Mapper.MapMany(rule, inputs, numRep, old, counts, beforeWeights, chooseArgs: 0);
        after.Mapper.MapMany(rule, inputs, numRep, now, counts, afterWeights, chooseArgs: 0);
        long replicas = 0;
        long moved = 0;
        long changed = 0;
        long touched = 0;
        for (int i = 0; i < inputs.Length; i++)
        {
            ReadOnlySpan<int> was = old.AsSpan(i * numRep, numRep);
            ReadOnlySpan<int> becomes = now.AsSpan(i * numRep, numRep);
            long changedBefore = changed;
            for (int place = 0; place < numRep; place++)
            {
                replicas += was[place] == CrushMap.NoItem ? 0 : 1;
                moved += becomes[place] != CrushMap.NoItem && !was.Contains(becomes[place]) ? 1 : 0;
                changed += was[place] != becomes[place] ? 1 : 0;
            }

            touched += changed > changedBefore ? 1 : 0;
        }

        return new CrushMovement(inputs.Length, replicas, moved, changed, touched, IdealShare(before, beforeWeights, after, afterWeights));
    }

    // Half the sum of the changes of each device's share of the whole.
    private static double IdealShare(CrushMap before, ReadOnlySpan<uint> beforeWeights, CrushMap after, ReadOnlySpan<uint> afterWeights)
    {
        Dictionary<int, double> old = Shares(before, beforeWeights);
        Dictionary<int, double> now = Shares(after, afterWeights);
        double sum = 0;
        foreach (int device in old.Keys.Union(now.Keys).Order())
        {
            sum += Math.Abs(old.GetValueOrDefault(device) - now.GetValueOrDefault(device));
        }

        return sum / 2;
    }

    private static Dictionary<int, double> Shares(CrushMap map, ReadOnlySpan<uint> weights)
    {
        var shares = new Dictionary<int, double>();
        double total = 0;
        foreach (CrushBucket bucket in map.Tree.RealBuckets)
        {
            foreach (CrushItem item in bucket.Items)
            {
                if (item.Id >= 0 && item.Id < weights.Length)
                {
                    double weight = item.Weight * (Math.Min(weights[item.Id], 0x10000u) / 65536.0);
                    shares[item.Id] = shares.GetValueOrDefault(item.Id) + weight;
                    total += weight;
                }
            }
        }

        return total == 0 ? [] : shares.ToDictionary(s => s.Key, s => s.Value / total);
    }
}
