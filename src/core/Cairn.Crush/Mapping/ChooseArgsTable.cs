namespace Cairn.Crush;

/// <summary>A <see cref="ChooseArgs"/> laid over the mapper's flat arrays: the ids the hash sees, and the weights at each position.</summary>
/// <param name="Ids">As long as the flat items.</param>
/// <param name="Weights">One array as long as the flat items for each position; positions past the last use the last.</param>
internal sealed record ChooseArgsTable(int[] Ids, uint[][] Weights)
{
    public BatchTables Batch { get; } = new(Ids, Weights);

    public uint[] WeightsAt(int position) => Weights[Math.Min(position, Weights.Length - 1)];

    public static ChooseArgsTable Build(ChooseArgs args, CrushNode[] nodes, Func<int, int> findNode, int[] ids, uint[] weights)
    {
        int positions = Math.Max(1, args.Buckets.Values.Select(a => a.WeightSet.Length).DefaultIfEmpty(0).Max());
        int[] hashIds = [.. ids];
        uint[][] table = [.. Enumerable.Range(0, positions).Select(_ => weights.ToArray())];
        foreach ((int bucket, ChooseArg arg) in args.Buckets)
        {
            int index = findNode(bucket);
            if (index < 0)
            {
                continue;
            }

            CrushNode node = nodes[index];
            arg.Ids.AsSpan().CopyTo(hashIds.AsSpan(node.Offset, node.Size));
            for (int position = 0; position < positions && !arg.WeightSet.IsEmpty; position++)
            {
                arg.WeightSet[Math.Min(position, arg.WeightSet.Length - 1)].AsSpan().CopyTo(table[position].AsSpan(node.Offset, node.Size));
            }
        }

        return new ChooseArgsTable(hashIds, table);
    }
}
