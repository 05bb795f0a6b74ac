using Cairn.Objects;
using Cairn.Objects.Operations;

namespace Cairn.Simulation.History;

/// <summary>One operation of one client on one object: what it asked, when, and what it was told.</summary>
public sealed class Operation
{
    public required int Client { get; init; }

    public required RequestId Id { get; init; }

    public required ObjectId Object { get; init; }

    public required IReadOnlyList<ObjectOp> Steps { get; init; }

    public required long InvokedUs { get; init; }

    /// <summary>long.MaxValue while there is no answer: it may take effect at any time, or never.</summary>
    public long AnsweredUs { get; set; } = long.MaxValue;

    public OsdOpReply? Reply { get; set; }

    public bool IsAnswered => Reply is not null;
}
