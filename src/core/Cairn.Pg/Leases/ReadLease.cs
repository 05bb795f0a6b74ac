using Cairn.Maps;
using Cairn.Pg.Messages;

namespace Cairn.Pg.Leases;

/// <summary>
/// When the primary may serve reads, and when the next one may begin. A primary holds a lease while every acting replica acknowledged it
/// recently; a replica remembers how long the lease may last; a new primary waits it out unless the holder itself has spoken since.
/// </summary>
/// <remarks>
/// Source: Ceph, <c>readable_until</c> and <c>prior_readable_until_ub</c>. Only durations cross the network, and each OSD counts them on its own
/// monotonic clock from an instant that errs to the safe side: the holder from sending the request, the others from its receipt.
/// Unlike Ceph's, a lease is renewed only while reads come, so an idle PG costs nothing and the lease can be short.
/// </remarks>
internal sealed class ReadLease(PgCore pg)
{
    /// <summary>Two clocks that count the same time may differ by this part of it.</summary>
    private const int DriftDivisor = 50;

    private readonly SortedDictionary<OsdId, long> _acknowledged = []; // By replica: our clock when we sent what it acknowledged last.
    private readonly SortedDictionary<OsdId, long> _bounds = []; // By holder: our clock when its lease has surely ended.
    private long _lastBoundMs; // Of all bounds, dismissed or not: past it none needs to be looked at.
    private long _readableUntilMs;
    private long _requestedAtMs = long.MinValue;
    private bool _isRequested;

    /// <summary>Reads wait for an answer that is overdue.</summary>
    public bool IsLaggy { get; private set; }

    /// <summary>Leases of past primaries have run out: clients may be served.</summary>
    public bool MayServe => _lastBoundMs <= pg.NowMs || !UndismissedBounds().Any(b => b.Value > pg.NowMs);

    public bool IsReadable => IsAlone || pg.NowMs < _readableUntilMs;

    private long DurationMs => pg.Options.ReadLeaseMs;

    private bool IsAlone => pg.Interval.ActingCount == 1;

    /// <summary>After a restart: what this OSD had promised to past primaries is forgotten, so the worst is assumed.</summary>
    public void AssumeWorst()
    {
        foreach (PastInterval interval in pg.Past.Intervals)
        {
            Bound(interval.Primary, DurationMs + (DurationMs / DriftDivisor));
        }

        Bound(pg.Interval.Primary, DurationMs + (DurationMs / DriftDivisor));
    }

    public void CopyFrom(ReadLease parent)
    {
        foreach (var (holder, untilMs) in parent._bounds)
        {
            _bounds[holder] = untilMs;
        }

        _lastBoundMs = Math.Max(_lastBoundMs, parent._lastBoundMs);
    }

    public void EndInterval()
    {
        _acknowledged.Clear();
        _readableUntilMs = 0;
        _isRequested = false;
        _requestedAtMs = long.MinValue;
        IsLaggy = false;
    }

    public void Inherit(IReadOnlyList<LeaseBound> bounds)
    {
        foreach (LeaseBound bound in bounds)
        {
            Bound(bound.Holder, bound.RemainingMs);
        }
    }

    /// <summary>What a new primary must be told.</summary>
    public IReadOnlyList<LeaseBound> Bounds()
    {
        var bounds = new List<LeaseBound>();
        foreach (var (holder, untilMs) in UndismissedBounds())
        {
            if (untilMs > pg.NowMs)
            {
                bounds.Add(new LeaseBound(holder, untilMs - pg.NowMs));
            }
        }

        return bounds;
    }

    public void StartServing()
    {
        if (!MayServe)
        {
            pg.WakeAt(UndismissedBounds().Max(static b => b.Value));
        }
    }

    /// <summary>Reads come: see that the lease lasts.</summary>
    public void Want()
    {
        if (!_isRequested && !IsAlone && pg.NowMs >= _readableUntilMs - (DurationMs / 2))
        {
            Request();
        }
    }

    public void OnTick()
    {
        bool isOverdue = _isRequested && pg.NowMs - _requestedAtMs >= DurationMs;
        if (pg.Clients.HasReadsWaiting && !IsReadable && (isOverdue || !_isRequested))
        {
            IsLaggy = true;
            pg.Stats.Changed();
            Request();
        }
        else if (isOverdue)
        {
            IsLaggy = false;
            pg.Stats.Changed();
            _isRequested = false;
        }
    }

    public void OnRequest(OsdId from, LeaseRequest message)
    {
        if (from == pg.Interval.Primary)
        {
            Bound(from, DurationMs + (DurationMs / DriftDivisor));
            pg.Send(from, new LeaseAck(message.SentAtMs) { Pg = pg.Id, Epoch = pg.Map.Epoch });
        }
    }

    public void OnAck(OsdId from, LeaseAck message)
    {
        if (!pg.IsActive)
        {
            return;
        }

        _acknowledged[from] = Math.Max(message.SentAtMs, _acknowledged.GetValueOrDefault(from, long.MinValue));
        long oldest = long.MaxValue;
        foreach (OsdId osd in pg.Interval.Acting)
        {
            if (osd.IsReal && osd != pg.Whoami)
            {
                oldest = Math.Min(oldest, _acknowledged.GetValueOrDefault(osd, long.MinValue));
            }
        }

        if (oldest == long.MinValue)
        {
            return;
        }

        _readableUntilMs = Math.Max(_readableUntilMs, oldest + DurationMs);
        if (oldest >= _requestedAtMs)
        {
            _isRequested = false;
        }

        if (IsReadable)
        {
            if (IsLaggy)
            {
                IsLaggy = false;
                pg.Stats.Changed();
            }

            pg.Clients.OnReadable();
        }
        else if (!_isRequested && pg.Clients.HasReadsWaiting)
        {
            Request(); // The answers came too late to be of use, but they come.
        }
    }

    private void Request()
    {
        _isRequested = true;
        _requestedAtMs = pg.NowMs;
        foreach (OsdId osd in pg.Interval.Acting)
        {
            if (osd.IsReal && osd != pg.Whoami)
            {
                pg.Send(osd, new LeaseRequest(pg.NowMs) { Pg = pg.Id, Epoch = pg.Map.Epoch });
            }
        }
    }

    private void Bound(OsdId holder, long remainingMs)
    {
        if (holder.IsReal && holder != pg.Whoami)
        {
            _bounds[holder] = Math.Max(_bounds.GetValueOrDefault(holder), pg.NowMs + remainingMs);
            _lastBoundMs = Math.Max(_lastBoundMs, _bounds[holder]);
        }
    }

    /// <summary>A holder that spoke in this interval has stopped serving the one before.</summary>
    private IEnumerable<KeyValuePair<OsdId, long>> UndismissedBounds() =>
        _bounds.Where(b => !(pg.IsPrimary && pg.Peers.Contains(b.Key)));
}
