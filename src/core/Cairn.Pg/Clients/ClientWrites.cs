using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Operations;
using Cairn.Objects.Transactions;
using Cairn.Pg.Ops;
using Cairn.Pg.Writes;

namespace Cairn.Pg.Clients;

/// <summary>Executes an operation that changes its object: known already, refused, or made into a log entry and a transaction for every copy.</summary>
internal sealed class ClientWrites(PgCore pg, OpExecutor executor, ObjectGates gates, OpReplies replies, ObjectReads reads)
{
    /// <summary>This OSD's own store has no room.</summary>
    public bool IsStoreFull { get; set; }

    /// <returns>False if it must wait.</returns>
    public bool TryWrite(WaitingOp op, ObjectId id, ObjectGate gate, FetchedData? fetched)
    {
        if (pg.Log.TryFindRequest(op.Op.Id, out DupEntry done))
        {
            replies.Again(op, done);
            return true;
        }

        if (RefusalWhenFull(op.Op) is { } full)
        {
            Refuse(op, id, gate, full, "no space left for writes; removing objects still works");
            return true;
        }

        Eversion version = pg.Replication.NextVersion;
        var changes = new StoreTransaction();
        OpOutcome outcome = executor.Execute(id, op.Op.Steps, version, pg.Now.UnixMs, changes, fetched);
        if (outcome.NeedsData)
        {
            gate.Exclusive = op;
            reads.Fetch(id, outcome, (error, data) => OnFetched(op, id, gate, error, data));
            return true;
        }

        Submit(op, id, gate, outcome, version, changes);
        return true;
    }

    private void Submit(WaitingOp op, ObjectId id, ObjectGate gate, OpOutcome outcome, Eversion version, StoreTransaction changes)
    {
        var reply = new OsdOpReply(op.Op.Id, outcome.Status, outcome.Version, outcome.Results, outcome.Message);
        LogEntryKind kind = !outcome.Mutated ? LogEntryKind.Noop : outcome.After is null ? LogEntryKind.Delete : LogEntryKind.Modify;
        var entry = new LogEntry(kind, id, version, outcome.Before?.Version ?? Eversion.Zero, op.Op.Id, pg.Now.UnixMs, outcome.Status);
        gates.NoteWrite(gate);
        InFlightWrite write = pg.Replication.Submit(
            entry, changes,
            (outcome.After is null ? 0 : 1) - (outcome.Before is null ? 0 : 1),
            (long)(outcome.After?.Size ?? 0) - (long)(outcome.Before?.Size ?? 0));
        write.Replies.Add((op.ConnectionToken, kind == LogEntryKind.Delete ? reply with { Version = version } : reply));
        write.Ops.Add(op);
        pg.Stats.CountWrite(changes.DataBytes);
    }

    /// <summary>Nothing is changed, and that is logged: a copy of the request that is still on its way must not be carried out later.</summary>
    private void Refuse(WaitingOp op, ObjectId id, ObjectGate gate, OpStatus status, string message) =>
        Submit(op, id, gate, OpOutcome.Refused(status, message), pg.Replication.NextVersion, new StoreTransaction());

    private void OnFetched(WaitingOp op, ObjectId id, ObjectGate gate, string? error, FetchedData fetched)
    {
        gate.Exclusive = null;
        if (error is null)
        {
            if (!TryWrite(op, id, gate, fetched))
            {
                ObjectGates.PutFirst(op, gate);
            }
        }
        else if (reads.TryReplace(id, error))
        {
            ObjectGates.PutFirst(op, gate);
        }
        else
        {
            Refuse(op, id, gate, OpStatus.IoError, $"no good copy of {id}: {error}");
        }

        gates.Drain(id, gate);
    }

    private OpStatus? RefusalWhenFull(OsdOp op)
    {
        bool poolFull = pg.Pool.Flags.HasFlag(PoolFlags.Full);
        if ((!poolFull && !IsStoreFull && !pg.Map.Flags.HasFlag(OsdMapFlags.Full)) || op.Steps.All(static s => s is RemoveOp || !s.IsWrite))
        {
            return null;
        }

        return poolFull && (pg.Pool.QuotaMaxBytes > 0 || pg.Pool.QuotaMaxObjects > 0) ? OpStatus.QuotaExceeded : OpStatus.NoSpace;
    }
}
