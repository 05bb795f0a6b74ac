namespace Cairn.Crush;

/// <summary>A bucket as the mapper sees it: a slice of the flat item arrays.</summary>
internal readonly struct CrushNode
{
    public required int Id { get; init; }

    public required int Offset { get; init; }

    public required int Size { get; init; }

    public required int Type { get; init; }

    public required BucketAlgorithm Algorithm { get; init; }

    /// <summary>The hash function; all but 0 hash to 0.</summary>
    public required byte Hash { get; init; }

    /// <summary>Of a tree bucket: where its nodes begin, and how many there are.</summary>
    public int TreeOffset { get; init; }

    public int TreeSize { get; init; }
}
