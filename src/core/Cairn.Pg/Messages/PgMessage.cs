using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;

namespace Cairn.Pg.Messages;

/// <summary>What one copy of a PG says to another.</summary>
public abstract record PgMessage
{
    public required PgId Pg { get; init; }

    /// <summary>The sender's map. A message from before the receiver's interval is dropped; one from the future waits for the map.</summary>
    public required Epoch Epoch { get; init; }

    /// <summary>Whether an OSD without the PG must create it to understand: see <see cref="PlacementGroup.CreateFor"/>.</summary>
    public virtual bool CreatesPg => false;
}

public enum QueryKind : byte
{
    /// <summary>Answer with a <see cref="PgNotify"/>.</summary>
    Info = 1,

    /// <summary>Answer with a <see cref="PgLogReply"/>: the log after <see cref="PgQuery.Since"/>, and the missing set.</summary>
    Log = 2,
}

/// <summary>The primary asks, while peering.</summary>
public sealed record PgQuery(QueryKind Kind, Eversion Since) : PgMessage;

/// <param name="RemainingMs">From the sending on, the longest that the lease can last.</param>
public readonly record struct LeaseBound(OsdId Holder, long RemainingMs);

/// <summary>A copy introduces itself to the primary.</summary>
/// <param name="Leases">Primaries of past intervals that might still serve reads, as far as the sender knows.</param>
public sealed record PgNotify(PgInfo Info, PastIntervals PastIntervals, IReadOnlyList<LeaseBound> Leases) : PgMessage
{
    public override bool CreatesPg => !Info.IsEmpty;
}

/// <summary>A copy's log and missing set, for the primary.</summary>
public sealed record PgLogReply(PgInfo Info, LogSegment Log, IReadOnlyList<MissingItem> Missing) : PgMessage;

/// <summary>The primary orders a copy to adopt the authoritative log and go active.</summary>
/// <param name="Info">The primary's.</param>
/// <param name="Log">What the copy lacks; its <see cref="LogSegment.Tail"/> is where the two logs last agree.</param>
/// <param name="StartsBackfill">The copy's log does not reach: it forgets its own log and starts to be filled from nothing.</param>
/// <param name="Leases">As in <see cref="PgNotify"/>.</param>
public sealed record PgActivate(PgInfo Info, PastIntervals PastIntervals, LogSegment Log, bool StartsBackfill, IReadOnlyList<LeaseBound> Leases) : PgMessage
{
    public override bool CreatesPg => true;
}

/// <summary>The copy is on stable media as ordered.</summary>
/// <param name="Started">The <see cref="PgInfo.LastEpochStarted"/> it was ordered to.</param>
public sealed record PgActivateAck(Epoch Started) : PgMessage;

/// <summary>The primary shares what all have reached: an activation, or clean.</summary>
public sealed record PgHistoryUpdate(PgHistory History) : PgMessage;

/// <summary>The PG is clean elsewhere: a stray copy deletes itself.</summary>
public sealed record PgRemove : PgMessage;

/// <summary>A write for a replica.</summary>
/// <param name="Previous">The log's head before: a gap shows a lost message.</param>
/// <param name="Transaction">Changes to the object, its version included, without log and info. Empty if <paramref name="LogOnly"/>.</param>
/// <param name="LogOnly">The object lies beyond what this copy was filled with: log it, don't apply it.</param>
/// <param name="TrimTo">The log may be trimmed up to and including this version.</param>
public sealed record RepOp(LogEntry Entry, Eversion Previous, StoreTransaction Transaction, bool LogOnly, Eversion TrimTo,
    long ObjectCount, long Bytes) : PgMessage;

/// <param name="Committed">Every write up to and including this one is on stable media here.</param>
public sealed record RepOpReply(Eversion Committed) : PgMessage;

/// <summary>The primary asks for a read lease.</summary>
/// <param name="SentAtMs">The primary's monotonic clock, to be returned.</param>
public sealed record LeaseRequest(long SentAtMs) : PgMessage;

public sealed record LeaseAck(long SentAtMs) : PgMessage;
