using Cairn.Objects;
using Cairn.Objects.Operations;
using Cairn.Objects.Transactions;
using Cairn.Pg.Ops;

namespace Cairn.Pg.Clients;

/// <summary>Executes operations that change nothing, while the read lease lasts: reads of an object, and listings of the PG.</summary>
internal sealed class ClientReads(PgCore pg, OpExecutor executor, OpLimits limits, ObjectGates gates, OpReplies replies, ObjectReads reads)
{
    private readonly List<ObjectId> _waitingForLease = [];
    private readonly List<WaitingOp> _listingsWaiting = [];
    private readonly List<WaitingOp> _reading = [];

    /// <summary>Stays empty: reads change nothing.</summary>
    private readonly StoreTransaction _nothing = new();

    public bool AreAnyWaiting => _waitingForLease.Count + _listingsWaiting.Count > 0;

    /// <summary>Those whose data is being read.</summary>
    public IReadOnlyList<WaitingOp> UnderWay => _reading;

    public bool IsWaitingForLease(ObjectId id) => _waitingForLease.Contains(id);

    /// <returns>False if it must wait.</returns>
    public bool TryRead(WaitingOp op, ObjectId id, ObjectGate gate, FetchedData? fetched)
    {
        if (fetched is null && !HasLease(id))
        {
            return false;
        }

        OpOutcome outcome = executor.Execute(id, op.Op.Steps, Eversion.Zero, 0, _nothing, fetched);
        if (outcome.NeedsData)
        {
            gate.Readers++;
            _reading.Add(op);
            reads.Fetch(id, outcome, (error, data) => OnFetched(op, id, gate, error, data));
        }
        else
        {
            pg.Stats.CountRead(outcome.Results);
            replies.Send(op, outcome.Status, outcome.Version, outcome.Results, outcome.Message);
        }

        return true;
    }

    /// <summary>The PG's objects, a page at a time.</summary>
    public void List(WaitingOp op)
    {
        pg.Lease.Want();
        if (!pg.Lease.IsReadable)
        {
            _listingsWaiting.Add(op);
            return;
        }

        var results = new List<StepResult>();
        foreach (ObjectOp step in op.Op.Steps)
        {
            results.Add(ObjectLister.List(pg.Catalog, pg.Id, (ListObjectsOp)step, limits, pg.Missing.Items.Select(static m => m.Object)));
        }

        replies.Send(op, OpStatus.Ok, pg.Log.Head, results, "");
    }

    public void OnReadable()
    {
        ObjectId[] ids = [.. _waitingForLease];
        _waitingForLease.Clear();
        Array.ForEach(ids, gates.OnFree);
        WaitingOp[] listings = [.. _listingsWaiting];
        _listingsWaiting.Clear();
        Array.ForEach(listings, List);
    }

    public void ForgetLeaseWaits() => _waitingForLease.Clear();

    public IReadOnlyList<WaitingOp> TakeUnderWay() => Take(_reading);

    public IReadOnlyList<WaitingOp> TakeListings() => Take(_listingsWaiting);

    private void OnFetched(WaitingOp op, ObjectId id, ObjectGate gate, string? error, FetchedData fetched)
    {
        gate.Readers--;
        _reading.Remove(op);
        if (error is null ? !TryRead(op, id, gate, fetched) : reads.TryReplace(id, error))
        {
            ObjectGates.PutFirst(op, gate);
        }
        else if (error is not null)
        {
            replies.Send(op, OpStatus.IoError, Eversion.Zero, [], $"no good copy of {id}: {error}");
        }

        gates.Drain(id, gate);
    }

    private bool HasLease(ObjectId id)
    {
        pg.Lease.Want();
        if (pg.Lease.IsReadable)
        {
            return true;
        }

        _waitingForLease.Add(id);
        return false;
    }

    private static WaitingOp[] Take(List<WaitingOp> from)
    {
        WaitingOp[] taken = [.. from];
        from.Clear();
        return taken;
    }
}
