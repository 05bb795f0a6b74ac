namespace Cairn.Crush;

/// <summary>What <see cref="CrushTester"/> runs and prints: the options of <c>crushtool --test</c>.</summary>
public sealed record CrushTestOptions
{
    /// <summary>Null: every rule of the map.</summary>
    public int? Rule { get; init; }

    public int MinX { get; init; }

    public int MaxX { get; init; } = 1023;

    /// <summary>The numbers of results asked for; null takes the rule's min_size and max_size.</summary>
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

    public bool ShowUtilizationAll { get; init; }
}
