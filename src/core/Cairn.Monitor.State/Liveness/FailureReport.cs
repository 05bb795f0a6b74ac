using Cairn.Maps;

namespace Cairn.Monitor.State.Liveness;

/// <summary>An OSD says of another that it failed, or did not.</summary>
/// <param name="ReporterUpFrom">Of the reporter's incarnation.</param>
/// <param name="UpFrom">Of the incarnation that failed.</param>
public sealed record FailureReport(OsdId Reporter, Epoch ReporterUpFrom, OsdId Osd, Epoch UpFrom, FailureKind Kind, long FailedForMs);
