namespace Cairn.Crush;

/// <summary>What <see cref="CrushTester"/> runs and prints: the options of <c>crushtool --test</c>.</summary>
public sealed record CrushTestOptions
{
    /// <summary>The rules' ids, first and last. Either missing: every rule of the map.</summary>
    public int? MinRule { get; init; }

    public int? MaxRule { get; init; }

    /// <summary>The inputs, first and last. Either missing, as in Ceph: 0 to 1023.</summary>
    public int? MinX { get; init; }

    public int? MaxX { get; init; }

    /// <summary>The numbers of results asked for. Either missing: the rule's min_size to max_size.</summary>
    public int? MinRep { get; init; }

    public int? MaxRep { get; init; }

    /// <summary>If given, the input is hash2(x, pool id).</summary>
    public int? PoolId { get; init; }

    /// <summary>Override weights 16.16 by device.</summary>
    public IReadOnlyDictionary<int, uint> Weights { get; init; } = new Dictionary<int, uint>();

    public bool ShowMappings { get; init; }

    public bool ShowBadMappings { get; init; }

    public bool ShowStatistics { get; init; }

    public bool ShowUtilization { get; init; }

    /// <summary>The same, for devices that nothing was or should be stored on too; less than <see cref="ShowUtilization"/> if both are asked for.</summary>
    public bool ShowUtilizationAll { get; init; }

    /// <summary>How many tries choosing an item took: a histogram.</summary>
    public bool ShowChooseTries { get; init; }
}
