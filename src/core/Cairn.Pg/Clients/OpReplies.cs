using Cairn.Objects;
using Cairn.Objects.Operations;
using Cairn.Pg.Effects;
using Cairn.Pg.Writes;

namespace Cairn.Pg.Clients;

/// <summary>Answers to clients, those to requests that were carried out before among them.</summary>
internal sealed class OpReplies(PgCore pg)
{
    public void Send(WaitingOp op, OpStatus status, Eversion version, IReadOnlyList<StepResult> results, string message) =>
        pg.Effects.Add(new ReplyToClient(op.ConnectionToken, new OsdOpReply(op.Op.Id, status, version, results, message)));

    /// <summary>This OSD does not serve it: the client must look at a newer map and choose again.</summary>
    public void Drop(WaitingOp op) => pg.Effects.Add(new DropClientOp(op.ConnectionToken, op.Op.Id, pg.Map.Epoch));

    /// <summary>A resend of what the log says is done, or on its way: answered with that write, never applied twice.</summary>
    public void Again(WaitingOp op, DupEntry done)
    {
        InFlightWrite? write = pg.Replication.Find(done.Version);
        OsdOpReply reply = done.Status == OpStatus.Ok
            ? new OsdOpReply(op.Op.Id, OpStatus.Ok, done.Version, [.. op.Op.Steps.Select(static _ => StepResult.Done)])
            : new OsdOpReply(op.Op.Id, done.Status, Eversion.Zero, [], "as answered before");
        if (write is null)
        {
            pg.Effects.Add(new ReplyToClient(op.ConnectionToken, reply));
        }
        else
        {
            write.Replies.Add((op.ConnectionToken, reply));
            write.Ops.Add(op);
        }
    }
}
