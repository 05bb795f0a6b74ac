using Cairn.Objects;
using Cairn.Objects.Operations;

namespace Cairn.Pg;

public enum LogEntryKind : byte
{
    Modify = 1,
    Delete = 2,

    /// <summary>An admin gave up on the newest version: the object went back to <see cref="LogEntry.PriorVersion"/>'s content under a new version.</summary>
    LostRevert = 3,

    /// <summary>An admin gave up on the object.</summary>
    LostDelete = 4,

    /// <summary>
    /// A write that failed, was refused, or had nothing to change: logged so that a resend gets the same answer. Otherwise a request whose failure was
    /// reported could still be carried out by its resend.
    /// </summary>
    Noop = 5,
}

/// <summary>One change to one object, in the order of the PG.</summary>
/// <param name="PriorVersion">The object's version before; zero if it did not exist.</param>
/// <param name="Request">Who asked, to recognise a resend; default for changes no client asked for.</param>
/// <param name="Status">How the request ended: other than Ok only for <see cref="LogEntryKind.Noop"/>.</param>
public sealed record LogEntry(
    LogEntryKind Kind, ObjectId Object, Eversion Version, Eversion PriorVersion, RequestId Request, long ModifiedUnixMs, OpStatus Status = OpStatus.Ok)
{
    public bool IsDelete => Kind is LogEntryKind.Delete or LogEntryKind.LostDelete;

    /// <summary>Whether the object is other after it than before.</summary>
    public bool ChangesObject => Kind != LogEntryKind.Noop;

    public override string ToString() => $"{Version} ({PriorVersion}) {Kind} {Object}";
}
