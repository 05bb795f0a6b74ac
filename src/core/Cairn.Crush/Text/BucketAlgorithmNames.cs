namespace Cairn.Crush;

/// <summary>The words for the bucket algorithms.</summary>
public static class BucketAlgorithmNames
{
    public static BucketAlgorithm? Find(string name) => name switch
    {
        "uniform" => BucketAlgorithm.Uniform,
        "list" => BucketAlgorithm.List,
        "tree" => BucketAlgorithm.Tree,
        "straw" => BucketAlgorithm.Straw,
        "straw2" => BucketAlgorithm.Straw2,
        _ => null,
    };

    public static string NameOf(BucketAlgorithm algorithm) => algorithm switch
    {
        BucketAlgorithm.Uniform => "uniform",
        BucketAlgorithm.List => "list",
        BucketAlgorithm.Tree => "tree",
        BucketAlgorithm.Straw => "straw",
        _ => "straw2",
    };
}
