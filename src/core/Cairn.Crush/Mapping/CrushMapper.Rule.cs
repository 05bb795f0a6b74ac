namespace Cairn.Crush;

public sealed partial class CrushMapper
{
    private int Execute(CrushRule rule, scoped ref Run run, scoped Span<int> result, scoped Span<int> scratch)
    {
        int max = result.Length;
        Span<int> from = scratch[..max];
        Span<int> to = scratch.Slice(max, max);
        Span<int> leaves = scratch.Slice(2 * max, max);
        int fromCount = 0;
        int count = 0;
        foreach (CrushStep step in rule.Steps)
        {
            switch (step.Op)
            {
                case CrushOp.Take:
                    if (FindNode(step.Arg1) >= 0 || (step.Arg1 >= 0 && step.Arg1 < MaxDevices))
                    {
                        from[0] = step.Arg1;
                        fromCount = 1;
                    }

                    break;
                case CrushOp.ChooseFirstN:
                case CrushOp.ChooseLeafFirstN:
                case CrushOp.ChooseIndep:
                case CrushOp.ChooseLeafIndep:
                    if (fromCount > 0)
                    {
                        int toCount = ChooseFromEach(step, ref run, from[..fromCount], to, leaves);
                        Span<int> spent = from;
                        from = to;
                        to = spent;
                        fromCount = toCount;
                    }

                    break;
                case CrushOp.Emit:
                    for (int i = 0; i < fromCount && count < max; i++)
                    {
                        result[count++] = from[i];
                    }

                    fromCount = 0;
                    break;
                default:
                    Set(step, ref run);
                    break;
            }
        }

        return count;
    }

    private int ChooseFromEach(CrushStep step, scoped ref Run run, scoped ReadOnlySpan<int> from, scoped Span<int> to, scoped Span<int> leaves)
    {
        bool toLeaf = step.Op is CrushOp.ChooseLeafFirstN or CrushOp.ChooseLeafIndep;
        bool firstN = step.Op is CrushOp.ChooseFirstN or CrushOp.ChooseLeafFirstN;
        int count = 0;
        foreach (int source in from)
        {
            int wanted = step.Arg1 > 0 ? step.Arg1 : step.Arg1 + to.Length;
            int node = FindNode(source);
            if (wanted <= 0 || node < 0)
            {
                continue; // A count of -N asks for nothing here, or the place is a hole or a device.
            }

            if (firstN)
            {
                int leafTries = run.LeafTries > 0 ? run.LeafTries : _tunables.ChooseLeafDescendOnce != 0 ? 1 : run.Tries;
                var choice = new FirstNChoice(wanted, step.Arg2, to.Length - count, run.Tries, leafTries, toLeaf, ParentR: 0);
                count += ChooseFirstN(ref run, node, choice, to[count..], 0, leaves[count..]);
            }
            else
            {
                int places = Math.Min(wanted, to.Length - count);
                var choice = new IndepChoice(wanted, step.Arg2, run.Tries, run.LeafTries > 0 ? run.LeafTries : 1, toLeaf, ParentR: 0);
                ChooseIndep(ref run, node, choice, to.Slice(count, places), 0, places, leaves.Slice(count, places));
                count += places;
            }
        }

        if (toLeaf)
        {
            leaves[..count].CopyTo(to);
        }

        return count;
    }

    private static void Set(CrushStep step, scoped ref Run run)
    {
        switch (step.Op)
        {
            case CrushOp.SetChooseTries when step.Arg1 > 0:
                run.Tries = step.Arg1;
                break;
            case CrushOp.SetChooseLeafTries when step.Arg1 > 0:
                run.LeafTries = step.Arg1;
                break;
            case CrushOp.SetChooseLocalTries when step.Arg1 >= 0:
                run.LocalTries = step.Arg1;
                break;
            case CrushOp.SetChooseLocalFallbackTries when step.Arg1 >= 0:
                run.FallbackTries = step.Arg1;
                break;
            case CrushOp.SetChooseLeafVaryR when step.Arg1 >= 0:
                run.VaryR = step.Arg1;
                break;
            case CrushOp.SetChooseLeafStable when step.Arg1 >= 0:
                run.Stable = step.Arg1 != 0;
                break;
        }
    }
}
