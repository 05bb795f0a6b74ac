using Cairn.Objects.Operations;

namespace Cairn.Pg.Clients;

/// <summary>A client operation inside the PG, waiting or under way.</summary>
internal sealed class WaitingOp(OsdOp op, long connectionToken)
{
    public OsdOp Op { get; } = op;

    public long ConnectionToken { get; } = connectionToken;

    public bool IsWrite { get; } = op.IsWrite;
}
