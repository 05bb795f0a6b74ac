using Cairn.Objects;

namespace Cairn.Pg.Clients;

/// <summary>The objects somebody is at: operations on one object run in the order they came, those on different objects don't wait for each other.</summary>
/// <param name="tryRun">Begins an operation that is first in line; false if it must go on waiting.</param>
internal sealed class ObjectGates(PgCore pg, Func<WaitingOp, ObjectId, ObjectGate, bool> tryRun)
{
    private const int SparesMax = 64;

    private readonly Dictionary<ObjectId, ObjectGate> _gates = [];
    private readonly Stack<ObjectGate> _spares = [];
    private readonly List<ObjectId> _waitingForNextInput = [];

    public IEnumerable<KeyValuePair<ObjectId, ObjectGate>> All => _gates;

    public int WaitingCount => _gates.Values.Sum(static g => g.Waiting.Count);

    /// <summary>Nothing uncommitted: a copy made now is of a state that lasts.</summary>
    public bool IsQuiet(ObjectId id) => !_gates.TryGetValue(id, out ObjectGate? gate) || (gate.WritesInFlight == 0 && gate.Exclusive is null);

    /// <summary>Runs an operation if nobody is before it, else it gets in line.</summary>
    public void Enter(WaitingOp op, ObjectId id)
    {
        ObjectGate gate = GateOf(id);
        if (gate.Waiting.Count > 0 || !tryRun(op, id, gate))
        {
            gate.Waiting.Enqueue(op);
        }

        Settle(id, gate);
    }

    /// <summary>A write no client waits for is on its way.</summary>
    public void NoteWrite(ObjectId id) => NoteWrite(GateOf(id));

    public void NoteWrite(ObjectGate gate)
    {
        gate.WritesInFlight++;
        gate.WrittenIn = pg.InputSerial;
    }

    public void OnCommitted(ObjectId id)
    {
        if (_gates.TryGetValue(id, out ObjectGate? gate))
        {
            gate.WritesInFlight--;
            Drain(id, gate);
        }
    }

    /// <summary>What kept operations from the object is over.</summary>
    public void OnFree(ObjectId id)
    {
        if (_gates.TryGetValue(id, out ObjectGate? gate))
        {
            Drain(id, gate);
        }
    }

    /// <summary>Whether the catalog doesn't show the object's newest write yet; then those at the gate go on with the next input.</summary>
    public bool MustWaitForCatalog(ObjectId id, ObjectGate gate)
    {
        if (gate.WrittenIn != pg.InputSerial)
        {
            return false;
        }

        _waitingForNextInput.Add(id);
        pg.WakeAt(pg.NowMs);
        return true;
    }

    public void OnTick()
    {
        ObjectId[] ids = [.. _waitingForNextInput];
        _waitingForNextInput.Clear();
        Array.ForEach(ids, OnFree);
    }

    /// <summary>An operation that must start over keeps its place.</summary>
    public static void PutFirst(WaitingOp op, ObjectGate gate)
    {
        WaitingOp[] behind = [.. gate.Waiting];
        gate.Waiting.Clear();
        gate.Waiting.Enqueue(op);
        Array.ForEach(behind, gate.Waiting.Enqueue);
    }

    public void Drain(ObjectId id, ObjectGate gate)
    {
        while (gate.Waiting.TryPeek(out WaitingOp? next) && tryRun(next, id, gate))
        {
            gate.Waiting.Dequeue();
        }

        Settle(id, gate);
    }

    public void Clear()
    {
        _gates.Clear();
        _waitingForNextInput.Clear();
    }

    private ObjectGate GateOf(ObjectId id)
    {
        if (!_gates.TryGetValue(id, out ObjectGate? gate))
        {
            gate = _spares.TryPop(out ObjectGate? spare) ? spare : new ObjectGate();
            gate.WrittenIn = 0;
            _gates[id] = gate;
        }

        return gate;
    }

    private void Settle(ObjectId id, ObjectGate gate)
    {
        if (gate.IsIdle && _gates.Remove(id) && _spares.Count < SparesMax)
        {
            _spares.Push(gate);
        }
    }
}
