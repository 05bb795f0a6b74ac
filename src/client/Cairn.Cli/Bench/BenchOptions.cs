namespace Cairn.Cli.Bench;

/// <summary>In which order the operations of a run go over its objects.</summary>
internal enum BenchPattern
{
    /// <summary>One piece after the other, one object after the other.</summary>
    Sequential,

    /// <summary>Any piece of any object.</summary>
    Random,

    /// <summary>As <see cref="Random"/>, on objects that were written whole before the clock starts.</summary>
    Overwrite,
}

/// <summary>What `cairn bench` was asked to do.</summary>
internal sealed record BenchOptions
{
    /// <summary>Objects are called NAME.0, NAME.1, ...</summary>
    public required string Name { get; init; }

    /// <summary>Of an object.</summary>
    public required int Size { get; init; }

    /// <summary>Of an operation; a divisor of <see cref="Size"/>.</summary>
    public required int OpSize { get; init; }

    /// <summary>Operations at a time, over all clients.</summary>
    public required int InFlight { get; init; }

    /// <summary>Zero: until all is done once.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Runs this long before it is measured.</summary>
    public TimeSpan WarmUp { get; init; }

    /// <summary>Distinct objects; 0: no limit. Begun again with the first when time is left.</summary>
    public long Objects { get; init; }

    public BenchPattern Pattern { get; init; }

    /// <summary>Clients, each with connections of its own.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Objects are spread over this many.</summary>
    public int Namespaces { get; init; } = 1;

    public int PiecesPerObject => Size / OpSize;
}
