using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Operations;
using Cairn.Objects.Transactions;
using Cairn.Pg.Effects;
using Cairn.Pg.Inputs;
using Cairn.Pg.Ops;
using Cairn.Pg.Peering;
using Cairn.Pg.Storage;
using Cairn.Pg.Writes;

namespace Cairn.Pg.Clients;

/// <summary>The way of a client operation through the primary: admitted, in turn at its object, executed, answered.</summary>
internal sealed class ClientOps
{
    private readonly PgCore _pg;
    private readonly OpExecutor _executor;
    private readonly OpLimits _limits;
    private readonly Dictionary<ObjectId, ObjectGate> _gates = [];
    private readonly Stack<ObjectGate> _spareGates = [];
    private readonly List<WaitingOp> _waitingForMap = [];
    private readonly List<ObjectId> _waitingForLease = [];
    private readonly List<WaitingOp> _listingsWaiting = [];
    private readonly List<ObjectId> _waitingForNextInput = [];
    private readonly List<WaitingOp> _reading = [];
    private List<WaitingOp> _waitingForService = [];

    public ClientOps(PgCore pg)
    {
        _pg = pg;
        _limits = new OpLimits { ObjectBytesMax = pg.Options.ObjectBytesMax };
        _executor = new OpExecutor(pg.Catalog, pg.Id, _limits);
    }

    public bool IsStoreFull { get; set; }

    public bool HasReadsWaiting => _waitingForLease.Count + _listingsWaiting.Count > 0;

    public int WaitingCount => _waitingForService.Count + _waitingForMap.Count + _gates.Values.Sum(static g => g.Waiting.Count);

    private bool CanServe => _pg.IsActive && _pg.HasMinSize && _pg.Lease.MayServe && !_pg.Map.Flags.HasFlag(OsdMapFlags.Pause);

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
        foreach (ObjectGate gate in _gates.Values)
        {
            if (gate.Exclusive is { } exclusive)
            {
                _waitingForService.Add(exclusive);
            }
        }

        _waitingForService.AddRange(_reading);
        _reading.Clear();
        foreach (ObjectGate gate in _gates.Values)
        {
            _waitingForService.AddRange(gate.Waiting);
        }

        _gates.Clear();
        _waitingForService.AddRange(_listingsWaiting);
        _listingsWaiting.Clear();
        _waitingForLease.Clear();
        _waitingForNextInput.Clear();
    }

    /// <summary>A write whose interval ended before it was committed. It may be in the log of the next one, or not.</summary>
    public void TakeBack(InFlightWrite write) => _waitingForService.AddRange(write.Ops);

    public void OnIntervalStarted()
    {
        List<WaitingOp> ops = _waitingForService;
        _waitingForService = [];
        foreach (WaitingOp op in ops)
        {
            Admit(op);
        }
    }

    /// <summary>The pool is gone, and the PG with it.</summary>
    public void RefuseAll()
    {
        EndInterval();
        foreach (WaitingOp op in _waitingForService.Concat(_waitingForMap))
        {
            Reply(op, OpStatus.NoSuchPool, Eversion.Zero, [], $"pool {_pg.Id.Pool} was removed");
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
            foreach (WaitingOp op in ops)
            {
                Start(op);
            }
        }
    }

    public void OnTick()
    {
        OnServing();
        DrainAll(_waitingForNextInput);
    }

    public void OnReadable()
    {
        DrainAll(_waitingForLease);
        WaitingOp[] listings = [.. _listingsWaiting];
        _listingsWaiting.Clear();
        foreach (WaitingOp op in listings)
        {
            Start(op);
        }
    }

    public void OnCommitted(ObjectId id)
    {
        if (_gates.TryGetValue(id, out ObjectGate? gate))
        {
            gate.WritesInFlight--;
            Drain(id, gate);
        }

        _pg.Progress.OnQuiet(id);
    }

    /// <summary>What kept operations from the object is over: it was recovered, or copied.</summary>
    public void OnFree(ObjectId id)
    {
        if (_gates.TryGetValue(id, out ObjectGate? gate))
        {
            Drain(id, gate);
        }
    }

    /// <summary>Nothing uncommitted: a copy made now is of a state that lasts.</summary>
    public bool IsQuiet(ObjectId id) => !_gates.TryGetValue(id, out ObjectGate? gate) || (gate.WritesInFlight == 0 && gate.Exclusive is null);

    /// <summary>A write that no client asked for.</summary>
    public InFlightWrite SubmitInternal(LogEntry entry, StoreTransaction changes, long objectDelta, long byteDelta)
    {
        ObjectGate gate = GateOf(entry.Object);
        gate.WritesInFlight++;
        gate.WrittenIn = _pg.InputSerial;
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

        foreach (var (id, gate) in _gates)
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

        foreach (WaitingOp op in _reading)
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
        : _waitingForLease.Contains(id) ? "the read lease" : "its turn";

    private void Admit(WaitingOp op)
    {
        if (!IsOurs(op.Op))
        {
            _pg.Effects.Add(new DropClientOp(op.ConnectionToken, op.Op.Id, _pg.Map.Epoch));
        }
        else if (CanServe && _waitingForService.Count == 0)
        {
            Start(op);
        }
        else if (_waitingForService.Count >= _pg.Options.WaitingOpsMax)
        {
            _pg.Effects.Add(new DropClientOp(op.ConnectionToken, op.Op.Id, _pg.Map.Epoch));
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
            Reply(op, fault.Status, Eversion.Zero, [], fault.Message);
        }
        else if (op.Op.Object is not { } id)
        {
            List(op);
        }
        else
        {
            ObjectGate gate = GateOf(id);
            if (gate.Waiting.Count > 0 || !TryRun(op, id, gate))
            {
                gate.Waiting.Enqueue(op);
            }

            Settle(id, gate);
        }
    }

    private bool TryRun(WaitingOp op, ObjectId id, ObjectGate gate)
    {
        if (gate.Exclusive is not null || (op.IsWrite ? gate.Readers > 0 : gate.WritesInFlight > 0))
        {
            return false;
        }

        if (gate.WrittenIn == _pg.InputSerial)
        {
            _waitingForNextInput.Add(id);
            _pg.WakeAt(_pg.NowMs);
            return false;
        }

        if (_pg.Missing.Contains(id) || (op.IsWrite && !_pg.Progress.CanWrite(id)))
        {
            _pg.Progress.Need(id);
            return false;
        }

        return op.IsWrite ? TryWrite(op, id, gate, null) : TryRead(op, id, gate, null);
    }

    private bool TryRead(WaitingOp op, ObjectId id, ObjectGate gate, FetchedData? fetched)
    {
        if (fetched is null && !HasLease(id))
        {
            return false;
        }

        OpOutcome outcome = _executor.Execute(id, op.Op.Steps, Eversion.Zero, 0, new StoreTransaction(), fetched);
        if (outcome.NeedsData)
        {
            gate.Readers++;
            Fetch(op, id, outcome, gate, exclusive: false);
        }
        else
        {
            _pg.Stats.CountRead(outcome.Results);
            Reply(op, outcome.Status, outcome.Version, outcome.Results, outcome.Message);
        }

        return true;
    }

    private bool TryWrite(WaitingOp op, ObjectId id, ObjectGate gate, FetchedData? fetched)
    {
        if (_pg.Log.TryFindRequest(op.Op.Id, out DupEntry done))
        {
            AnswerAgain(op, done);
            return true;
        }

        if (RefusalWhenFull(op.Op) is { } full)
        {
            Reply(op, full, Eversion.Zero, [], "no space left for writes; removing objects still works");
            return true;
        }

        Eversion version = _pg.Replication.NextVersion;
        var changes = new StoreTransaction();
        OpOutcome outcome = _executor.Execute(id, op.Op.Steps, version, _pg.Now.UnixMs, changes, fetched);
        if (outcome.NeedsData)
        {
            gate.Exclusive = op;
            Fetch(op, id, outcome, gate, exclusive: true);
            return true;
        }

        var reply = new OsdOpReply(op.Op.Id, outcome.Status, outcome.Version, outcome.Results, outcome.Message);
        LogEntryKind kind = !outcome.Mutated ? LogEntryKind.Noop : outcome.After is null ? LogEntryKind.Delete : LogEntryKind.Modify;
        var entry = new LogEntry(kind, id, version, outcome.Before?.Version ?? Eversion.Zero, op.Op.Id, _pg.Now.UnixMs, outcome.Status);
        gate.WritesInFlight++;
        gate.WrittenIn = _pg.InputSerial;
        InFlightWrite write = _pg.Replication.Submit(
            entry, changes,
            (outcome.After is null ? 0 : 1) - (outcome.Before is null ? 0 : 1),
            (long)(outcome.After?.Size ?? 0) - (long)(outcome.Before?.Size ?? 0));
        write.Replies.Add((op.ConnectionToken, kind == LogEntryKind.Delete ? reply with { Version = version } : reply));
        write.Ops.Add(op);
        _pg.Stats.CountWrite(changes.DataBytes);
        return true;
    }

    private bool HasLease(ObjectId id)
    {
        _pg.Lease.Want();
        if (_pg.Lease.IsReadable)
        {
            return true;
        }

        _waitingForLease.Add(id);
        return false;
    }

    private OpStatus? RefusalWhenFull(OsdOp op)
    {
        bool poolFull = _pg.Pool.Flags.HasFlag(PoolFlags.Full);
        if ((!poolFull && !IsStoreFull && !_pg.Map.Flags.HasFlag(OsdMapFlags.Full)) || op.Steps.All(static s => s is RemoveOp || !s.IsWrite))
        {
            return null;
        }

        return poolFull && (_pg.Pool.QuotaMaxBytes > 0 || _pg.Pool.QuotaMaxObjects > 0) ? OpStatus.QuotaExceeded : OpStatus.NoSpace;
    }

    private void Fetch(WaitingOp op, ObjectId id, OpOutcome outcome, ObjectGate gate, bool exclusive)
    {
        if (!exclusive)
        {
            _reading.Add(op);
        }

        var extents = new ReadOnlyMemory<byte>[outcome.Needs.Count];
        int left = extents.Length;
        string? error = null;
        for (int i = 0; i < extents.Length; i++)
        {
            int index = i;
            _pg.Reads.Read(id, outcome.Needs[i].Offset, (int)outcome.Needs[i].Length, read =>
            {
                error ??= read.Error ?? (read.Data is null ? "the object's data is not there" : null);
                extents[index] = read.Data ?? default;
                if (--left == 0)
                {
                    OnFetched(op, id, gate, exclusive, error, new FetchedData(outcome.Before, extents));
                }
            });
        }
    }

    private void OnFetched(WaitingOp op, ObjectId id, ObjectGate gate, bool exclusive, string? error, FetchedData fetched)
    {
        if (exclusive)
        {
            gate.Exclusive = null;
        }
        else
        {
            gate.Readers--;
            _reading.Remove(op);
        }

        bool done = error is null
            ? exclusive ? TryWrite(op, id, gate, fetched) : TryRead(op, id, gate, fetched)
            : OnUnreadable(op, id, error);
        if (!done)
        {
            WaitingOp[] behind = [.. gate.Waiting];
            gate.Waiting.Clear();
            gate.Waiting.Enqueue(op);
            Array.ForEach(behind, gate.Waiting.Enqueue);
        }

        Drain(id, gate);
    }

    /// <summary>The copy here is bad: it counts as missing, and is recovered from a good one.</summary>
    /// <returns>Whether the op is done; if not, it waits for the recovery.</returns>
    private bool OnUnreadable(WaitingOp op, ObjectId id, string error)
    {
        _pg.Tell(PgEventLevel.Error, $"can't read {id}: {error}");
        if (_pg.Progress.LoseOwnCopy(id))
        {
            return false;
        }

        Reply(op, OpStatus.IoError, Eversion.Zero, [], $"no good copy of {id}: {error}");
        return true;
    }

    private void List(WaitingOp op)
    {
        _pg.Lease.Want();
        if (!_pg.Lease.IsReadable)
        {
            _listingsWaiting.Add(op);
            return;
        }

        var results = new List<StepResult>();
        foreach (ObjectOp step in op.Op.Steps)
        {
            results.Add(ObjectLister.List(_pg.Catalog, _pg.Id, (ListObjectsOp)step, _limits, _pg.Missing.Items.Select(static m => m.Object)));
        }

        Reply(op, OpStatus.Ok, _pg.Log.Head, results, "");
    }

    /// <summary>A resend of what is done, or on its way.</summary>
    private void AnswerAgain(WaitingOp op, DupEntry done)
    {
        InFlightWrite? write = _pg.Replication.Find(done.Version);
        OsdOpReply reply = done.Status == OpStatus.Ok
            ? new OsdOpReply(op.Op.Id, OpStatus.Ok, done.Version, [.. op.Op.Steps.Select(static _ => StepResult.Done)])
            : new OsdOpReply(op.Op.Id, done.Status, Eversion.Zero, [], "as answered before");
        if (write is null)
        {
            _pg.Effects.Add(new ReplyToClient(op.ConnectionToken, reply));
        }
        else
        {
            write.Replies.Add((op.ConnectionToken, reply));
            write.Ops.Add(op);
        }
    }

    private void Reply(WaitingOp op, OpStatus status, Eversion version, IReadOnlyList<StepResult> results, string message) =>
        _pg.Effects.Add(new ReplyToClient(op.ConnectionToken, new OsdOpReply(op.Op.Id, status, version, results, message)));

    private ObjectGate GateOf(ObjectId id)
    {
        if (!_gates.TryGetValue(id, out ObjectGate? gate))
        {
            gate = _spareGates.TryPop(out ObjectGate? spare) ? spare : new ObjectGate();
            gate.WrittenIn = 0;
            _gates[id] = gate;
        }

        return gate;
    }

    private void DrainAll(List<ObjectId> ids)
    {
        ObjectId[] all = [.. ids];
        ids.Clear();
        foreach (ObjectId id in all)
        {
            OnFree(id);
        }
    }

    private void Drain(ObjectId id, ObjectGate gate)
    {
        while (gate.Waiting.TryPeek(out WaitingOp? next) && TryRun(next, id, gate))
        {
            gate.Waiting.Dequeue();
        }

        Settle(id, gate);
    }

    private void Settle(ObjectId id, ObjectGate gate)
    {
        if (gate.IsIdle && _gates.Remove(id) && _spareGates.Count < 64)
        {
            _spareGates.Push(gate);
        }
    }
}
