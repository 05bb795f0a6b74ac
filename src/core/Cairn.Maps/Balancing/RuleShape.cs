using Cairn.Crush;

namespace Cairn.Maps;

/// <summary>Which OSDs a CRUSH rule could have put in another's place without breaking its failure domains.</summary>
/// <remarks>
/// A rule's choose steps name types T1, ..., Tn. A stand-in is under the same take, under the same buckets of T1 to Tn-1 as the OSD it
/// replaces, and under a bucket of Tn that no other member of the PG is under. That is stricter than CRUSH for rules of several
/// steps (it never moves a shard to another rack where the rule chose racks first), and exact for the usual ones of one step.
/// </remarks>
internal sealed class RuleShape
{
    private readonly List<Branch> _branches = [];

    public RuleShape(CrushMap crush, CrushRule rule, OsdMap map)
    {
        int root = 0;
        var types = new List<int>();
        bool taken = false;
        foreach (CrushStep step in rule.Steps)
        {
            if (step.Op == CrushOp.Take)
            {
                (root, taken) = (step.Arg1, true);
                types.Clear();
            }
            else if (step.IsChoose)
            {
                types.Add(step.Arg2);
            }
            else if (step.Op == CrushOp.Emit && taken && types.Count > 0)
            {
                _branches.Add(new Branch(crush, root, types, map));
                taken = false;
            }
        }
    }

    /// <summary>The OSDs that hold data under the rule, ascending, with their weights: CRUSH weight times in-weight.</summary>
    public SortedDictionary<int, double> Weights()
    {
        var weights = new SortedDictionary<int, double>();
        foreach (Branch branch in _branches)
        {
            foreach ((int osd, Place place) in branch.Places)
            {
                if (place.Weight > 0)
                {
                    weights[osd] = Math.Max(weights.GetValueOrDefault(osd), place.Weight);
                }
            }
        }

        return weights;
    }

    /// <summary>Whether <paramref name="to"/> can take the place of <paramref name="from"/> among the members of a PG.</summary>
    public bool CanReplace(ReadOnlySpan<int> members, int from, int to)
    {
        if (members.Contains(to))
        {
            return false;
        }

        foreach (Branch branch in _branches)
        {
            if (branch.Places.TryGetValue(from, out Place? old) && branch.Places.TryGetValue(to, out Place? stand)
                && stand.Weight > 0 && stand.Above.AsSpan().SequenceEqual(old.Above))
            {
                return IsFree(branch, members, from, stand.Domain);
            }
        }

        return false;
    }

    private static bool IsFree(Branch branch, ReadOnlySpan<int> members, int from, int domain)
    {
        foreach (int member in members)
        {
            if (member != from && branch.Places.TryGetValue(member, out Place? other) && other.Domain == domain)
            {
                return false;
            }
        }

        return true;
    }

    private sealed record Place(int[] Above, int Domain, double Weight);

    /// <summary>What lies below one take: for each OSD the buckets of the types chosen on the way to it.</summary>
    private sealed class Branch
    {
        public Branch(CrushMap crush, int root, List<int> types, OsdMap map) => Walk(crush, root, types, new int[types.Count], 0, map);

        public Dictionary<int, Place> Places { get; } = [];

        private void Walk(CrushMap crush, int id, List<int> types, int[] path, uint weight, OsdMap map)
        {
            int[] here = path;
            int level = types.IndexOf(crush.Tree.TypeOf(id));
            if (level >= 0)
            {
                here = [.. path];
                here[level] = id;
            }

            if (id >= 0)
            {
                double inWeight = map.Osd(new OsdId(id)) is { } osd ? osd.Weight / (double)OsdState.FullWeight : 0;
                Places.TryAdd(id, new Place(here[..^1], here[^1], weight * inWeight));
            }
            else if (crush.Buckets.TryGetValue(id, out CrushBucket? bucket))
            {
                foreach (CrushItem item in bucket.Items)
                {
                    Walk(crush, item.Id, types, here, item.Weight, map);
                }
            }
        }
    }
}
