namespace Cairn.Crush;

/// <summary>What the vector kernel gathers from: the ids the hash sees, and the reciprocal weights of all positions, one after another.</summary>
internal sealed class BatchTables
{
    public BatchTables(int[] ids, params uint[][] weights)
    {
        Ids = ids.Length > 0 ? ids : [0];
        Weights = weights;
        Stride = ids.Length;
        Reciprocals = [.. weights.SelectMany(position => position.Select(w => 1f / w))];
    }

    public int[] Ids { get; }

    public uint[][] Weights { get; }

    /// <summary>From one position's weights to the next's.</summary>
    public int Stride { get; }

    /// <summary>Infinity for a weight of 0: it loses to all others.</summary>
    public float[] Reciprocals { get; }
}
