using Cairn.Objects;
using Cairn.Objects.Operations;
using Cairn.Pg.Messages;

namespace Cairn.Pg.Writes;

/// <summary>A write that not every replica has durably yet.</summary>
internal sealed class InFlightWrite(LogEntry entry, RepOp message, RepOp? logOnly)
{
    public LogEntry Entry { get; } = entry;

    /// <summary>Kept to send it again.</summary>
    public RepOp Message { get; } = message;

    /// <summary>The form for a copy that is not filled up to the object.</summary>
    public RepOp? LogOnly { get; } = logOnly;

    /// <summary>Who got the log-only form. Whoever is not here got the whole.</summary>
    public List<Maps.OsdId>? LogOnlyTo { get; set; }

    /// <summary>Who is answered once it is committed: the client that asked, those that asked again, and those who saw its effect.</summary>
    public List<(long ConnectionToken, OsdOpReply Reply)> Replies { get; } = new(1);

    /// <summary>Kept in case the interval ends first.</summary>
    public List<Clients.WaitingOp> Ops { get; } = new(1);

    /// <summary>Done when committed, for writes no client asked for.</summary>
    public Action? Then { get; set; }
}
