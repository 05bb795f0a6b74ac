namespace Cairn.Crush;

public sealed partial class CrushMapper
{
    /// <summary>Which item a bucket picks for input x, attempt r: its index in the flat arrays.</summary>
    private int Choose(in CrushNode node, uint x, int r, ChooseArgsTable? args, int position) => node.Algorithm switch
    {
        _ when node.Hash != 0 => ChooseUnhashed(node, r, args, position),
        BucketAlgorithm.Straw2 when args is null => ChooseStraw2(node, x, r, _items, _weights),
        BucketAlgorithm.Straw2 => ChooseStraw2(node, x, r, args.Ids, args.WeightsAt(position)),
        BucketAlgorithm.Straw => ChooseStraw(node, x, r),
        BucketAlgorithm.List => ChooseList(node, x, r),
        BucketAlgorithm.Tree => ChooseTree(node, x, r),
        BucketAlgorithm.Uniform => Permute(node, x, r),
        _ => node.Offset,
    };

    private int ChooseStraw2(in CrushNode node, uint x, int r, int[] hashIds, uint[] hashWeights)
    {
        ReadOnlySpan<int> ids = hashIds.AsSpan(node.Offset, node.Size);
        ReadOnlySpan<uint> weights = hashWeights.AsSpan(node.Offset, node.Size);
        ReadOnlySpan<long> ln = CrushLn.NegativeTable;
        int best = 0;
        long highest = long.MinValue;
        for (int i = 0; i < ids.Length; i++)
        {
            uint weight = weights[i];
            if (weight == 0)
            {
                continue; // Draws the smallest number: never wins, unless nobody draws more, and then the first item does.
            }

            long draw = ln[(int)(CrushHash.Hash(x, (uint)ids[i], (uint)r) & 0xffff)] / weight;
            if (draw > highest)
            {
                highest = draw;
                best = i;
            }
        }

        return node.Offset + best;
    }

    private int ChooseStraw(in CrushNode node, uint x, int r)
    {
        ReadOnlySpan<int> ids = _items.AsSpan(node.Offset, node.Size);
        ReadOnlySpan<uint> straws = _extra.AsSpan(node.Offset, node.Size);
        int best = 0;
        ulong longest = 0;
        for (int i = 0; i < ids.Length; i++)
        {
            ulong draw = (ulong)(CrushHash.Hash(x, (uint)ids[i], (uint)r) & 0xffff) * straws[i];
            if (draw > longest)
            {
                longest = draw;
                best = i;
            }
        }

        return node.Offset + best;
    }

    private int ChooseList(in CrushNode node, uint x, int r)
    {
        for (int i = node.Offset + node.Size - 1; i >= node.Offset; i--)
        {
            ulong draw = CrushHash.Hash(x, (uint)_items[i], (uint)r, (uint)node.Id) & 0xffff;
            if ((draw * _extra[i]) >> 16 < _weights[i])
            {
                return i;
            }
        }

        return node.Offset;
    }

    private int ChooseTree(in CrushNode node, uint x, int r)
    {
        ReadOnlySpan<uint> weights = _treeWeights.AsSpan(node.TreeOffset, node.TreeSize);
        int at = weights.Length >> 1;
        while (!TreeNodes.IsLeaf(at))
        {
            ulong draw = ((ulong)CrushHash.Hash(x, (uint)at, (uint)r, (uint)node.Id) * weights[at]) >> 32;
            int left = TreeNodes.LeftOf(at);
            at = draw < weights[left] ? left : TreeNodes.RightOf(at);
        }

        return node.Offset + TreeNodes.IndexOf(at);
    }

    /// <summary>Item r (modulo the size) of a permutation that depends on x and the bucket.</summary>
    /// <remarks>
    /// The permutation is the Fisher-Yates shuffle whose step p exchanges item p with one at or after it. Rather than shuffle an array, follow
    /// the wanted place back through the steps to where its item began: no memory, and nothing to keep between calls.
    /// </remarks>
    private int Permute(in CrushNode node, uint x, int r)
    {
        int size = node.Size;
        int wanted = (int)((uint)r % (uint)size);
        int at = wanted + Offset(wanted, node.Id);
        for (int step = wanted - 1; step >= 0; step--)
        {
            if (step + Offset(step, node.Id) == at)
            {
                at = step;
            }
        }

        return node.Offset + at;

        int Offset(int step, int bucket) =>
            step < size - 1 ? (int)(CrushHash.Hash(x, (uint)bucket, (uint)step) % (uint)(size - step)) : 0;
    }

    /// <summary>The pick where every hash is 0, which is what an unknown hash function gives.</summary>
    private int ChooseUnhashed(in CrushNode node, int r, ChooseArgsTable? args, int position)
    {
        switch (node.Algorithm)
        {
            case BucketAlgorithm.Straw2:
                // Equal draws: the heaviest item wins, the first of equals.
                ReadOnlySpan<uint> weights = (args?.WeightsAt(position) ?? _weights).AsSpan(node.Offset, node.Size);
                int best = 0;
                long highest = long.MinValue;
                for (int i = 0; i < weights.Length; i++)
                {
                    if (weights[i] > 0 && CrushLn.NegativeTable[0] / weights[i] is var draw && draw > highest)
                    {
                        (highest, best) = (draw, i);
                    }
                }

                return node.Offset + best;
            case BucketAlgorithm.List:
                int last = _weights.AsSpan(node.Offset, node.Size).LastIndexOfAnyExcept(0u);
                return node.Offset + Math.Max(0, last);
            case BucketAlgorithm.Tree:
                ReadOnlySpan<uint> tree = _treeWeights.AsSpan(node.TreeOffset, node.TreeSize);
                int at = tree.Length >> 1;
                while (!TreeNodes.IsLeaf(at))
                {
                    at = tree[TreeNodes.LeftOf(at)] > 0 ? TreeNodes.LeftOf(at) : TreeNodes.RightOf(at);
                }

                return node.Offset + TreeNodes.IndexOf(at);
            case BucketAlgorithm.Uniform:
                return node.Offset + (int)((uint)r % (uint)node.Size);
            default:
                return node.Offset;
        }
    }
}
