using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Operations;
using Cairn.Objects.Transactions;
using Cairn.Pg.Effects;
using Cairn.Pg.Inputs;
using Cairn.Pg.Ops;
using Cairn.Pg.Peering;
using Cairn.Pg.Writes;

namespace Cairn.Pg.Clients;

/// <summary>
/// Lets client operations in: those of a later map, and those that come while the PG does not serve, wait here; then each takes its turn at
/// its object (<see cref="ObjectGates"/>) and is executed (<see cref="ClientReads"/>, <see cref="ClientWrites"/>).
/// </summary>
internal sealed class ClientOps
{
    private readonly PgCore _pg;
    private readonly OpLimits _limits;
    private readonly ObjectGates _gates;
    private readonly OpReplies _replies;
    private readonly ClientReads _reads;
    private readonly ClientWrites _writes;
    private readonly List<WaitingOp> _waitingForMap = [];
    private List<WaitingOp> _waitingForService = [];

    public ClientOps(PgCore pg)
    {
        _pg = pg;
        _limits = new OpLimits { ObjectBytesMax = pg.Options.ObjectBytesMax };
        _gates = new ObjectGates(pg, TryRun);
        _replies = new OpReplies(pg);
        var executor = new OpExecutor(pg.Catalog, pg.Id, _limits);
        var data = new ObjectReads(pg);
        _reads = new ClientReads(pg, executor, _limits, _gates, _replies, data);
        _writes = new ClientWrites(pg, executor, _gates, _replies, data);
    }

    public bool HasReadsWaiting => _reads.AreAnyWaiting;

    public int WaitingCount => _waitingForService.Count + _waitingForMap.Count + _gates.WaitingCount;

    private bool CanServe => _pg.IsActive && _pg.HasMinSize && _pg.Lease.MayServe && !_pg.Map.Flags.HasFlag(OsdMapFlags.Pause);

    public void OnStoreFull(bool isFull) => _writes.IsStoreFull = isFull;

    public void OnClientOp(ClientOp input)
    {
        var op = new WaitingOp(input.Op, input.ConnectionToken);
        if (input.Op.MapEpoch > _pg.Map.Epoch || _pg.State is Reset)
        {
            _waitingForMap.Add(op);
            if (input.Op.MapEpoch > _pg.Map.Epoch)
            {
                _pg.Effects.Add(new RequestMap(input.Op.MapEpoch));
            }
        }
        else
        {
            Admit(op);
        }
    }

    public void OnActMap()
    {
        WaitingOp[] waiting = [.. _waitingForMap];
        _waitingForMap.Clear();
        foreach (WaitingOp op in waiting)
        {
            if (op.Op.MapEpoch > _pg.Map.Epoch)
            {
                _waitingForMap.Add(op);
            }
            else
            {
                Admit(op);
            }
        }

        OnServing();
    }

    /// <summary>All that was under way or waiting starts over in the next interval, if this OSD is still the primary then.</summary>
    public void EndInterval()
    {
        _waitingForService.AddRange(_gates.All.Select(static g => g.Value.Exclusive).OfType<WaitingOp>());
        _waitingForService.AddRange(_reads.TakeUnderWay());
        _waitingForService.AddRange(_gates.All.SelectMany(static g => g.Value.Waiting));
        _waitingForService.AddRange(_reads.TakeListings());
        _reads.ForgetLeaseWaits();
        _gates.Clear();
    }

    /// <summary>A write whose interval ended before it was committed. It may be in the log of the next one, or not.</summary>
    public void TakeBack(InFlightWrite write) => _waitingForService.AddRange(write.Ops);

    public void OnIntervalStarted()
    {
        List<WaitingOp> ops = _waitingForService;
        _waitingForService = [];
        ops.ForEach(Admit);
    }

    /// <summary>The pool is gone, and the PG with it.</summary>
    public void RefuseAll()
    {
        EndInterval();
        foreach (WaitingOp op in _waitingForService.Concat(_waitingForMap))
        {
            _replies.Send(op, OpStatus.NoSuchPool, Eversion.Zero, [], $"pool {_pg.Id.Pool} was removed");
        }

        _waitingForService.Clear();
        _waitingForMap.Clear();
    }

    /// <summary>Serving may have begun: go on with those who waited for it.</summary>
    public void OnServing()
    {
        if (_waitingForService.Count > 0 && CanServe)
        {
            List<WaitingOp> ops = _waitingForService;
            _waitingForService = [];
            ops.ForEach(Start);
        }
    }

    public void OnTick()
    {
        OnServing();
        _gates.OnTick();
    }

    public void OnReadable() => _reads.OnReadable();

    public void OnCommitted(ObjectId id)
    {
        _gates.OnCommitted(id);
        _pg.Progress.OnQuiet(id);
    }

    /// <summary>What kept operations from the object is over: it was recovered, or copied.</summary>
    public void OnFree(ObjectId id) => _gates.OnFree(id);

    /// <summary>Nothing uncommitted: a copy made now is of a state that lasts.</summary>
    public bool IsQuiet(ObjectId id) => _gates.IsQuiet(id);

    /// <summary>A write that no client asked for.</summary>
    public InFlightWrite SubmitInternal(LogEntry entry, StoreTransaction changes, long objectDelta, long byteDelta)
    {
        _gates.NoteWrite(entry.Object);
        return _pg.Replication.Submit(entry, changes, objectDelta, byteDelta);
    }

    /// <summary>Each operation inside, and what it waits for.</summary>
    public IEnumerable<(RequestId Id, string WaitsFor)> Describe()
    {
        foreach (WaitingOp op in _waitingForMap)
        {
            yield return (op.Op.Id, $"a map of {op.Op.MapEpoch}");
        }

        foreach (WaitingOp op in _waitingForService)
        {
            yield return (op.Op.Id, "the PG to be active");
        }

        foreach (var (id, gate) in _gates.All)
        {
            if (gate.Exclusive is { } exclusive)
            {
                yield return (exclusive.Op.Id, $"data of {id} to compare with");
            }

            foreach (WaitingOp op in gate.Waiting)
            {
                yield return (op.Op.Id, $"{id}: {ReasonAt(id, gate)}");
            }
        }

        foreach (WaitingOp op in _reads.UnderWay)
        {
            yield return (op.Op.Id, $"data of {op.Op.Object}");
        }
    }

    private string ReasonAt(ObjectId id, ObjectGate gate) =>
        _pg.Missing.Contains(id) ? "missing here"
        : !_pg.Progress.CanWrite(id) ? "degraded, or being copied"
        : gate.Exclusive is not null ? "a compare before it"
        : gate.Readers > 0 ? $"{gate.Readers} readers"
        : gate.WritesInFlight > 0 ? $"{gate.WritesInFlight} writes not committed"
        : _reads.IsWaitingForLease(id) ? "the read lease" : "its turn";

    private void Admit(WaitingOp op)
    {
        if (!IsOurs(op.Op))
        {
            _replies.Drop(op);
        }
        else if (CanServe && _waitingForService.Count == 0)
        {
            Start(op);
        }
        else if (_waitingForService.Count >= _pg.Options.WaitingOpsMax)
        {
            _replies.Drop(op);
        }
        else
        {
            _waitingForService.Add(op);
        }
    }

    /// <remarks>An op chosen by a map in which another was primary is the client's to resend: it may have been done there already.</remarks>
    private bool IsOurs(OsdOp op) =>
        _pg.IsPrimary && op.MapEpoch >= _pg.Tracker.SamePrimarySince && op.MapEpoch >= _pg.History.LastEpochSplit
        && (op.Object is null || ObjectHash.StableMod(op.Object.Hash, _pg.Pool.PgNum, ObjectHash.MaskFor(_pg.Pool.PgNum)) == _pg.Id.Seed);

    private void Start(WaitingOp op)
    {
        if (OpValidation.Check(op.Op, _limits) is { } fault)
        {
            _replies.Send(op, fault.Status, Eversion.Zero, [], fault.Message);
        }
        else if (op.Op.Object is { } id)
        {
            _gates.Enter(op, id);
        }
        else
        {
            _reads.List(op);
        }
    }

    private bool TryRun(WaitingOp op, ObjectId id, ObjectGate gate)
    {
        if (gate.Exclusive is not null || (op.IsWrite ? gate.Readers > 0 : gate.WritesInFlight > 0) || _gates.MustWaitForCatalog(id, gate))
        {
            return false;
        }

        if (_pg.Missing.Contains(id) || (op.IsWrite && !_pg.Progress.CanWrite(id)))
        {
            _pg.Order.Need(id);
            return false;
        }

        return op.IsWrite ? _writes.TryWrite(op, id, gate, null) : _reads.TryRead(op, id, gate, null);
    }
}
