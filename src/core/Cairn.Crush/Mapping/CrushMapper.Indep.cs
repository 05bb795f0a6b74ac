namespace Cairn.Crush;

public sealed partial class CrushMapper
{
    // Not filled yet, as against CrushMap.NoItem: cannot be filled.
    private const int Undecided = CrushMap.NoItem - 1;

    private readonly record struct IndepChoice(int Wanted, int Type, int Tries, int LeafTries, bool ToLeaf, int ParentR);

    /// <summary>Fills places <paramref name="first"/> to <paramref name="end"/> with different items of a type; each place keeps its rank, and one nobody can fill is a hole.</summary>
    private void ChooseIndep(scoped ref Run run, int start, in IndepChoice choice, scoped Span<int> chosen, int first, int end, scoped Span<int> leaves)
    {
        chosen[first..end].Fill(Undecided);
        if (!leaves.IsEmpty)
        {
            leaves[first..end].Fill(Undecided);
        }

        int left = end - first;
        int round = 0;
        for (; left > 0 && round < choice.Tries && run.WorkLeft >= 0; round++)
        {
            for (int place = first; place < end; place++)
            {
                if (chosen[place] == Undecided && TryDecide(ref run, start, choice, round, chosen, first, end, place, leaves))
                {
                    left--;
                }
            }
        }

        run.CountTries(round);
        chosen[first..end].Replace(Undecided, CrushMap.NoItem);
        if (!leaves.IsEmpty)
        {
            leaves[first..end].Replace(Undecided, CrushMap.NoItem);
        }
    }

    /// <returns>Whether the place is settled: filled, or known to stay a hole.</returns>
    private bool TryDecide(
        scoped ref Run run, int start, in IndepChoice choice, int round, scoped Span<int> chosen, int first, int end, int place, scoped Span<int> leaves)
    {
        int at = start;
        while (true)
        {
            ref readonly CrushNode node = ref _nodes[at];
            if (!run.TrySpend(node.Size) || node.Size == 0)
            {
                return false;
            }

            // A permutation of n * k items would give each place the same few items each round, but for the extra step.
            int stride = node.Algorithm == BucketAlgorithm.Uniform && node.Size % choice.Wanted == 0 ? choice.Wanted + 1 : choice.Wanted;
            int r = place + choice.ParentR + (stride * round);
            int index = Choose(node, run.X, r, run.Args, first);
            int item = _items[index];
            int child = _children[index];
            if (item >= MaxDevices)
            {
                return Leave(place, chosen, leaves);
            }

            if (TypeOf(child) != choice.Type)
            {
                if (child < 0)
                {
                    return Leave(place, chosen, leaves);
                }

                at = child;
                continue;
            }

            if (chosen[first..end].Contains(item))
            {
                return false;
            }

            if (choice.ToLeaf)
            {
                if (child < 0)
                {
                    leaves[place] = item;
                }
                else
                {
                    var leaf = new IndepChoice(choice.Wanted, 0, choice.LeafTries, 0, ToLeaf: false, r);
                    ChooseIndep(ref run, child, leaf, leaves, place, place + 1, default);
                    if (leaves[place] == CrushMap.NoItem)
                    {
                        return false;
                    }
                }
            }

            if (choice.Type == 0 && run.IsOut(item))
            {
                return false;
            }

            chosen[place] = item;
            return true;
        }
    }

    private static bool Leave(int place, scoped Span<int> chosen, scoped Span<int> leaves)
    {
        chosen[place] = CrushMap.NoItem;
        if (!leaves.IsEmpty)
        {
            leaves[place] = CrushMap.NoItem;
        }

        return true;
    }
}
