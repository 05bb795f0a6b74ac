using Cairn.Objects;

namespace Cairn.Pg;

public enum LogEntryKind : byte
{
    Modify = 1,
    Delete = 2,

    /// <summary>An admin gave up on the newest version: the object went back to <see cref="LogEntry.PriorVersion"/>'s content under a new version.</summary>
    LostRevert = 3,

    /// <summary>An admin gave up on the object.</summary>
    LostDelete = 4,
}

/// <summary>One change to one object, in the order of the PG.</summary>
/// <param name="PriorVersion">The object's version before; zero if it did not exist.</param>
/// <param name="Request">Who asked, to recognise a resend; default for changes no client asked for.</param>
public sealed record LogEntry(
    LogEntryKind Kind, ObjectId Object, Eversion Version, Eversion PriorVersion, RequestId Request, long ModifiedUnixMs)
{
    public bool IsDelete => Kind is LogEntryKind.Delete or LogEntryKind.LostDelete;

    public override string ToString() => $"{Version} ({PriorVersion}) {Kind} {Object}";
}
