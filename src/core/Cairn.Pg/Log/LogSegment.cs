using Cairn.Objects;
using Cairn.Objects.Operations;

namespace Cairn.Pg;

/// <summary>A stretch of a PG log as sent to a peer: what came after <paramref name="Tail"/>, up to and including <paramref name="Head"/>.</summary>
/// <param name="Dups">Requests older than the entries, to recognise resends.</param>
public sealed record LogSegment(Eversion Tail, Eversion Head, IReadOnlyList<LogEntry> Entries, IReadOnlyList<DupEntry> Dups);

/// <summary>A request that was applied and whose log entry was trimmed.</summary>
public readonly record struct DupEntry(Eversion Version, RequestId Request, OpStatus Status = OpStatus.Ok);
