namespace Cairn.Crush;

/// <summary>The layout of a tree bucket: a binary tree in an array, item i at node 2i + 1, a node's height its count of trailing zeros.</summary>
internal static class TreeNodes
{
    public static int LeafOf(int index) => (index << 1) + 1;

    public static int IndexOf(int leaf) => leaf >> 1;

    public static bool IsLeaf(int node) => (node & 1) != 0;

    public static int LeftOf(int node) => node - (1 << (Height(node) - 1));

    public static int RightOf(int node) => node + (1 << (Height(node) - 1));

    /// <summary>The weights of all nodes, an inner node's being the sum below it.</summary>
    public static uint[] Weights(ReadOnlySpan<CrushItem> items)
    {
        if (items.IsEmpty)
        {
            return [];
        }

        int depth = 1 + BitLength(items.Length - 1);
        var nodes = new uint[1 << depth];
        for (int i = 0; i < items.Length; i++)
        {
            int node = LeafOf(i);
            nodes[node] = items[i].Weight;
            for (int level = 1; level < depth; level++)
            {
                node = ParentOf(node);
                nodes[node] += items[i].Weight;
            }
        }

        return nodes;
    }

    private static int ParentOf(int node)
    {
        int height = Height(node);
        bool onRight = (node & (1 << (height + 1))) != 0;
        return onRight ? node - (1 << height) : node + (1 << height);
    }

    private static int Height(int node) => int.TrailingZeroCount(node);

    private static int BitLength(int value) => 32 - int.LeadingZeroCount(value);
}
