namespace Cairn.Crush;

/// <summary>How a bucket picks one of its items. The numbers are Ceph's.</summary>
public enum BucketAlgorithm : byte
{
    /// <summary>A permutation: fast, equal weights only, moves nearly everything when the size changes.</summary>
    Uniform = 1,

    /// <summary>A chain from the newest item back: optimal for growth, poor for removal.</summary>
    List = 2,

    /// <summary>A binary tree of weights: fast for large buckets.</summary>
    Tree = 3,

    /// <summary>Straws of precomputed length; superseded, since changing one weight moves data between others.</summary>
    Straw = 4,

    /// <summary>Straws drawn by weight: moves only what it must. Today's default.</summary>
    Straw2 = 5,
}
