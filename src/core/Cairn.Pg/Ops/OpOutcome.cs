using Cairn.Objects;
using Cairn.Objects.Operations;

namespace Cairn.Pg.Ops;

/// <summary>What came of executing an operation: an answer, or the data it must see first.</summary>
public sealed class OpOutcome
{
    /// <summary>Not executed at all.</summary>
    public static OpOutcome Refused(OpStatus status, string message) => new() { Status = status, Message = message };

    public OpStatus Status { get; init; }

    /// <summary>For a status other than Ok: which step failed, and why.</summary>
    public string Message { get; init; } = "";

    /// <summary>One a step; empty when the operation failed.</summary>
    public IReadOnlyList<StepResult> Results { get; init; } = [];

    /// <summary>
    /// Not empty: nothing was done yet. Read these from the store and execute the operation again with their bytes, in this order.
    /// </summary>
    public IReadOnlyList<DataExtent> Needs { get; init; } = [];

    public bool NeedsData => Needs.Count > 0;

    /// <summary>Whether mutations were added to the transaction. A write that changes nothing (truncating what is not there) needs no log entry.</summary>
    public bool Mutated { get; init; }

    /// <summary>The object before the operation; null if it was not there.</summary>
    public ObjectStat? Before { get; init; }

    /// <summary>The object after the operation; null if it is not there.</summary>
    public ObjectStat? After { get; init; }

    /// <summary>The version to answer with: of the write, or of what was read.</summary>
    public Eversion Version => (After ?? Before)?.Version ?? Eversion.Zero;
}
