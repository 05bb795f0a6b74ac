namespace Cairn.Client.Objecter;

/// <summary>
/// The operations under way, and those that wait for room in the budget, first come, first served, so that the order of submission is
/// kept. Guarded by the objecter's lock.
/// </summary>
internal sealed class OpLedger(ObjecterOptions options)
{
    private readonly Dictionary<ulong, PendingOp> _inFlight = [];
    private readonly Queue<PendingOp> _waiting = new();
    private ulong _nextSequence = 1;
    private long _bytes;
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public IEnumerable<PendingOp> InFlight => _inFlight.Values;

    public IEnumerable<PendingOp> All => _inFlight.Values.Concat(_waiting);

    public IOrderedEnumerable<PendingOp> InOrder => _inFlight.Values.OrderBy(static op => op.Sequence);

    public PendingOp? Find(ulong sequence) => _inFlight.GetValueOrDefault(sequence);

    /// <summary>Numbers the operation and books it.</summary>
    /// <returns>False: it waits until <see cref="TryAdmitNext"/> finds room.</returns>
    public bool TryEnter(PendingOp op)
    {
        op.Sequence = _nextSequence++;
        // Even when there is room: who came first goes first.
        if (_waiting.Count > 0 || !HasRoom(op))
        {
            _waiting.Enqueue(op);
            return false;
        }

        Book(op);
        return true;
    }

    /// <summary>The next of those that wait, now booked; null if there is none, or no room for it.</summary>
    public PendingOp? TryAdmitNext()
    {
        if (!_waiting.TryPeek(out PendingOp? next) || !HasRoom(next))
        {
            return null;
        }

        Book(_waiting.Dequeue());
        return next;
    }

    /// <summary>Takes the operation off the books: from here on whoever called completes it, and nobody else.</summary>
    public void Finish(PendingOp op)
    {
        op.IsFinished = true;
        op.Cancellation.Unregister();
        if (_inFlight.Remove(op.Sequence))
        {
            Volatile.Write(ref _count, _count - 1);
            _bytes -= op.Bytes;
        }
        else
        {
            RemoveWaiting(op);
        }
    }

    private void Book(PendingOp op)
    {
        Volatile.Write(ref _count, _count + 1);
        _bytes += op.Bytes;
        _inFlight.Add(op.Sequence, op);
    }

    // An operation larger than the whole budget passes alone, or it would wait for ever.
    private bool HasRoom(PendingOp op) => _count == 0 || (_count < options.InFlightOpsMax && _bytes + op.Bytes <= options.InFlightBytesMax);

    private void RemoveWaiting(PendingOp op)
    {
        for (int count = _waiting.Count; count > 0; count--)
        {
            PendingOp next = _waiting.Dequeue();
            if (next != op)
            {
                _waiting.Enqueue(next);
            }
        }
    }
}
