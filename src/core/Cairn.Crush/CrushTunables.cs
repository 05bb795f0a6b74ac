namespace Cairn.Crush;

/// <summary>The knobs of the mapping. Clients and OSDs must agree on them, so they are part of the map.</summary>
public sealed record CrushTunables
{
    public int ChooseLocalTries { get; init; }

    public int ChooseLocalFallbackTries { get; init; }

    /// <summary>Retries of a whole descent: the mapper tries this often plus once.</summary>
    public int ChooseTotalTries { get; init; } = 50;

    public int ChooseLeafDescendOnce { get; init; } = 1;

    public int ChooseLeafVaryR { get; init; } = 1;

    public int ChooseLeafStable { get; init; } = 1;

    /// <summary>How straw lengths (of <see cref="BucketAlgorithm.Straw"/>) come from weights: 0 has known flaws, 1 mends them.</summary>
    public int StrawCalcVersion { get; init; } = 1;

    /// <summary>Bit set of the algorithms new buckets may use; kept for the text form.</summary>
    public int AllowedBucketAlgorithms { get; init; } = ModernAlgorithms;

    /// <summary>uniform, list, straw and straw2, the set Ceph gives new maps; 22 (no straw2) is the legacy one.</summary>
    public const int ModernAlgorithms = (1 << 1) | (1 << 2) | (1 << 4) | (1 << 5);

    public const int LegacyAlgorithms = (1 << 1) | (1 << 2) | (1 << 4);

    /// <summary>What a map text that names no tunable means.</summary>
    public static CrushTunables Legacy { get; } = Profile(2, 5, 19, 0, 0, 0, 0, LegacyAlgorithms);

    public static CrushTunables Argonaut => Legacy;

    public static CrushTunables Bobtail { get; } = Profile(0, 0, 50, 1, 0, 0, 0, LegacyAlgorithms);

    public static CrushTunables Firefly { get; } = Profile(0, 0, 50, 1, 1, 0, 0, LegacyAlgorithms);

    public static CrushTunables Hammer { get; } = Profile(0, 0, 50, 1, 1, 0, 1, ModernAlgorithms);

    public static CrushTunables Jewel { get; } = Profile(0, 0, 50, 1, 1, 1, 1, ModernAlgorithms);

    /// <summary>The tunables of a new map.</summary>
    public static CrushTunables Optimal => Jewel;

    /// <summary>The named profile of <c>crush tunables NAME</c>, or null.</summary>
    public static CrushTunables? FindProfile(string name) => name switch
    {
        "legacy" or "argonaut" => Argonaut,
        "bobtail" => Bobtail,
        "firefly" => Firefly,
        "hammer" => Hammer,
        "jewel" or "optimal" or "default" => Jewel,
        _ => null,
    };

    private static CrushTunables Profile(int localTries, int fallback, int total, int once, int varyR, int stable, int straw, int algorithms) => new()
    {
        ChooseLocalTries = localTries,
        ChooseLocalFallbackTries = fallback,
        ChooseTotalTries = total,
        ChooseLeafDescendOnce = once,
        ChooseLeafVaryR = varyR,
        ChooseLeafStable = stable,
        StrawCalcVersion = straw,
        AllowedBucketAlgorithms = algorithms,
    };
}
