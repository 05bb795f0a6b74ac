namespace Cairn.Osd.Scheduling;

/// <summary>
/// Says whose work is next, as mClock does: each class has a reservation, a weight and a limit. First come those behind their reservation;
/// what capacity is left goes by weight to those under their limit. A limit holds only while clients are busy: a disk that nobody else
/// wants is recovery's. Work of one class stays in order.
/// </summary>
/// <remarks>
/// Pure: times are microseconds of one monotonic clock, given. Source: Gulati et al., "mClock: Handling Throughput Variability for
/// Hypervisor IO Scheduling", OSDI 2010; Ceph, "mClock config reference".
/// </remarks>
/// <typeparam name="T">The work.</typeparam>
internal sealed class WorkScheduler<T>
{
    private readonly ClassQueue[] _classes;
    private readonly long _clientsBusyForUs;
    private long _lastClientUs = long.MinValue / 2;
    private double _virtualTime;
    private int _count;

    /// <param name="shares">By <see cref="WorkClass"/>.</param>
    /// <param name="clientsBusyForUs">So long after a client's operation, clients count as busy.</param>
    public WorkScheduler(IReadOnlyDictionary<WorkClass, WorkShare> shares, long clientsBusyForUs)
    {
        _classes = [.. Enum.GetValues<WorkClass>().Select(c => new ClassQueue(shares[c]))];
        _clientsBusyForUs = clientsBusyForUs;
    }

    /// <summary>Waiting work, of all classes.</summary>
    public int Count => _count;

    public int CountOf(WorkClass of) => _classes[(int)of].Waiting.Count;

    public IEnumerable<T> WaitingOf(WorkClass of) => _classes[(int)of].Waiting.Select(static w => w.Work);

    /// <summary>Notes work that is done at once because nothing of its class waits and there is room: it still uses up its class's share.</summary>
    public void Charge(WorkClass of, double cost, long nowUs)
    {
        ClassQueue queue = _classes[(int)of];
        double reservation = queue.ReservationTag;
        queue.SetTags(cost, nowUs, _virtualTime);
        if (reservation > nowUs)
        {
            // Ahead of its reservation: it has this by weight.
            queue.ReservationTag = reservation;
        }

        _virtualTime = Math.Max(_virtualTime, queue.WeightTag);
        NoteClient(of, nowUs);
    }

    public void Enqueue(WorkClass of, double cost, T work, long nowUs)
    {
        ClassQueue queue = _classes[(int)of];
        queue.Waiting.Enqueue(new Waiting(work, cost, nowUs));
        _count++;
        if (queue.Waiting.Count == 1)
        {
            queue.SetTags(cost, nowUs, _virtualTime);
        }

        NoteClient(of, nowUs);
    }

    /// <summary>The next work, if any may be done now.</summary>
    public bool TryDequeue(long nowUs, out T work)
    {
        bool byReservation = true;
        ClassQueue? next = BehindReservation(nowUs);
        if (next is null)
        {
            byReservation = false;
            next = ByWeight(nowUs);
        }

        if (next is null)
        {
            work = default!;
            return false;
        }

        work = Take(next, byReservation);
        return true;
    }

    /// <summary>When to ask again if nothing may be done now; null if nothing waits.</summary>
    public long? NextAtUs(long nowUs)
    {
        double earliest = double.PositiveInfinity;
        foreach (ClassQueue queue in _classes)
        {
            if (queue.Waiting.Count > 0)
            {
                earliest = Math.Min(earliest, Math.Min(queue.ReservationTag, queue.LimitTag));
            }
        }

        if (double.IsPositiveInfinity(earliest))
        {
            return null;
        }

        return Math.Max(nowUs, Math.Min((long)Math.Ceiling(earliest), _lastClientUs + _clientsBusyForUs));
    }

    private ClassQueue? BehindReservation(long nowUs)
    {
        ClassQueue? best = null;
        foreach (ClassQueue queue in _classes)
        {
            if (queue.Waiting.Count > 0 && queue.ReservationTag <= nowUs && (best is null || queue.ReservationTag < best.ReservationTag))
            {
                best = queue;
            }
        }

        return best;
    }

    private ClassQueue? ByWeight(long nowUs)
    {
        bool limited = nowUs - _lastClientUs < _clientsBusyForUs;
        ClassQueue? best = null;
        foreach (ClassQueue queue in _classes)
        {
            if (queue.Waiting.Count > 0 && (!limited || queue.LimitTag <= nowUs) && (best is null || queue.WeightTag < best.WeightTag))
            {
                best = queue;
            }
        }

        return best;
    }

    private T Take(ClassQueue queue, bool byReservation)
    {
        Waiting taken = queue.Waiting.Dequeue();
        _count--;
        _virtualTime = Math.Max(_virtualTime, queue.WeightTag);
        if (!byReservation)
        {
            // What it got by weight is not taken off its reservation.
            queue.ReservationTag -= queue.ReservationSpacing(taken.Cost);
        }

        if (queue.Waiting.TryPeek(out Waiting head))
        {
            queue.SetTags(head.Cost, head.ArrivedUs, _virtualTime);
        }

        return taken.Work;
    }

    private void NoteClient(WorkClass of, long nowUs)
    {
        if (of == WorkClass.Client)
        {
            _lastClientUs = nowUs;
        }
    }

    private readonly record struct Waiting(T Work, double Cost, long ArrivedUs);

    private sealed class ClassQueue(WorkShare share)
    {
        public Queue<Waiting> Waiting { get; } = new();

        /// <summary>When the work at the head is due, to keep what was promised.</summary>
        public double ReservationTag { get; set; } = share.Reservation > 0 ? double.NegativeInfinity : double.PositiveInfinity;

        /// <summary>When it is allowed at the earliest, while clients are busy.</summary>
        public double LimitTag { get; private set; } = double.NegativeInfinity;

        /// <summary>Where the class stands in the sharing by weight.</summary>
        public double WeightTag { get; private set; }

        // A class that was idle starts from now: it neither saved up a share nor owes one.
        public void SetTags(double cost, long arrivedUs, double virtualTime)
        {
            ReservationTag = Math.Max(arrivedUs, ReservationTag + ReservationSpacing(cost));
            LimitTag = share.Limit > 0 ? Math.Max(arrivedUs, LimitTag + (cost * 1e6 / share.Limit)) : arrivedUs;
            WeightTag = Math.Max(virtualTime, WeightTag + (cost / share.Weight));
        }

        public double ReservationSpacing(double cost) => share.Reservation > 0 ? cost * 1e6 / share.Reservation : 0;
    }
}
