using System.Buffers;

namespace Cairn.Crush;

public sealed partial class CrushMapper
{
    // More places than any pool has: a rule that asks for more is left to the scalar code.
    private const int CountMax = 1024;

    private readonly BatchPlan?[] _plans;
    private readonly BatchTables _batchTables;

    /// <summary>Maps many inputs by one rule: several times faster than one by one, where the CPU has vectors and the rule is of the common shape.</summary>
    /// <param name="rule">As for <see cref="Map"/>.</param>
    /// <param name="inputs">The inputs.</param>
    /// <param name="wanted">The number of devices wanted for each.</param>
    /// <param name="results">Receives <paramref name="wanted"/> places for each input; those not filled are holes.</param>
    /// <param name="counts">Receives the number of places filled for each input.</param>
    /// <param name="reweights">As for <see cref="Map"/>.</param>
    /// <param name="chooseArgs">As for <see cref="Map"/>.</param>
    public void MapMany(
        int rule,
        ReadOnlySpan<uint> inputs,
        int wanted,
        Span<int> results,
        Span<int> counts,
        ReadOnlySpan<uint> reweights,
        long chooseArgs = ChooseArgs.DefaultSet)
    {
        results = results[..(inputs.Length * wanted)];
        counts = counts[..inputs.Length];
        results.Fill(CrushMap.NoItem);
        if (Straw2Kernel.IsSupported && inputs.Length > 1 && wanted > 0 && (uint)rule < (uint)_plans.Length && _plans[rule] is { } plan)
        {
            int[] hosts = ArrayPool<int>.Shared.Rent(DrawBlock.Width * wanted);
            BatchTables tables = FindChooseArgs(chooseArgs) is { } args ? args.Batch : _batchTables;
            new BatchRun(this, plan, tables, inputs, wanted, results, counts, reweights, hosts).Execute();
            ArrayPool<int>.Shared.Return(hosts);
            return;
        }

        for (int i = 0; i < inputs.Length; i++)
        {
            counts[i] = Map(rule, inputs[i], results.Slice(i * wanted, wanted), reweights, chooseArgs);
        }
    }

    private BatchPlan? PlanFor(CrushRule? rule)
    {
        if (rule is null)
        {
            return null;
        }

        var run = new Run
        {
            Tries = _tunables.ChooseTotalTries + 1,
            LocalTries = _tunables.ChooseLocalTries,
            FallbackTries = _tunables.ChooseLocalFallbackTries,
            VaryR = _tunables.ChooseLeafVaryR,
            Stable = _tunables.ChooseLeafStable != 0,
        };
        int at = 0;
        for (; at < rule.Steps.Length && rule.Steps[at].Op is >= CrushOp.SetChooseTries or CrushOp.Noop; at++)
        {
            Set(rule.Steps[at], ref run);
        }

        if (rule.Steps.Length != at + 3 || rule.Steps[at].Op != CrushOp.Take || !rule.Steps[at + 1].IsChoose || rule.Steps[at + 2].Op != CrushOp.Emit
            || run.Tries <= 0 || run.LocalTries > 0 || run.FallbackTries > 0)
        {
            return null;
        }

        int start = FindNode(rule.Steps[at].Arg1);
        if (start < 0 || !IsAllStraw2(start))
        {
            return null;
        }

        CrushStep choose = rule.Steps[at + 1];
        bool firstN = choose.Op is CrushOp.ChooseFirstN or CrushOp.ChooseLeafFirstN;
        bool toLeaf = choose.Op is CrushOp.ChooseLeafFirstN or CrushOp.ChooseLeafIndep;
        if (!firstN && toLeaf && choose.Arg2 == 0)
        {
            return null; // "chooseleaf indep 0 type osd" leaves rejected devices in the result, as in Ceph: that oddity stays with the scalar code.
        }

        int leafTries = run.LeafTries > 0 ? run.LeafTries : !firstN || _tunables.ChooseLeafDescendOnce != 0 ? 1 : run.Tries;
        if (choose.Arg1 > CountMax || (long)run.Tries * (toLeaf ? leafTries : 1) > WorkMax / LargestBelow(start))
        {
            return null; // The scalar code keeps count of its work.
        }

        return new BatchPlan(start, choose.Arg2, choose.Arg1, firstN, toLeaf && choose.Arg2 != 0, run.Tries, leafTries, run.VaryR, run.Stable);
    }

    private int LargestBelow(int start)
    {
        int largest = 1;
        foreach (int node in NodesBelow(start))
        {
            largest = Math.Max(largest, _nodes[node].Size);
        }

        return largest;
    }

    private bool IsAllStraw2(int start) =>
        NodesBelow(start).All(at => _nodes[at].Algorithm == BucketAlgorithm.Straw2 && _nodes[at].Hash == 0 && _nodes[at].Type != 0);

    /// <summary>A node and all below it, each once.</summary>
    private List<int> NodesBelow(int start)
    {
        var seen = new HashSet<int> { start };
        var nodes = new List<int> { start };
        for (int i = 0; i < nodes.Count; i++)
        {
            CrushNode node = _nodes[nodes[i]];
            foreach (int child in _children.AsSpan(node.Offset, node.Size))
            {
                if (child >= 0 && seen.Add(child))
                {
                    nodes.Add(child);
                }
            }
        }

        return nodes;
    }
}
