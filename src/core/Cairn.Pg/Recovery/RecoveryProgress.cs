using Cairn.Maps;
using Cairn.Objects;
using Cairn.Pg.Messages;
using Cairn.Pg.Reservations;

namespace Cairn.Pg.Recovery;

/// <summary>
/// Brings an active PG to clean: recovery by the log first (<see cref="RecoveryOrder"/>), then backfill (<see cref="Backfill.BackfillTasks"/>),
/// then the up set serves (<see cref="Backfill.ReturnToUpSet"/>), then strays go (<see cref="Cleanliness"/>). What moves data waits for its reservations.
/// </summary>
/// <remarks>Source: Ceph documentation, "Recovery" and "Backfill".</remarks>
internal sealed class RecoveryProgress
{
    private readonly PgCore _pg;
    private readonly PrimaryReservations _reservations;
    private long _retryAtMs = long.MaxValue;

    public RecoveryProgress(PgCore pg)
    {
        _pg = pg;
        _reservations = new PrimaryReservations(pg, OnReserved, OnReservationLost);
    }

    public RecoveryWork Work { get; private set; }

    public bool IsReserved => _reservations.IsGranted;

    /// <summary>False while it is held up: nothing new is begun.</summary>
    public bool MayBackfill => Work == RecoveryWork.Backfill && IsReserved;

    public bool IsClean => _pg.Cleanliness.IsClean;

    /// <summary>A target has no room; tried again later.</summary>
    public bool IsTooFull { get; private set; }

    public bool IsForced { get; set; }

    public bool IsWaitingForFound { get; private set; }

    public void Start()
    {
        _pg.Sources.Discover();
        Evaluate();
    }

    public void EndInterval()
    {
        _reservations.EndInterval();
        _pg.Order.EndInterval();
        _pg.Backfills.EndInterval();
        _pg.Cleanliness.Lose();
        Work = RecoveryWork.None;
        IsTooFull = false;
        IsWaitingForFound = false;
        _retryAtMs = long.MaxValue;
    }

    public void OnActMap() => Evaluate();

    public void OnTick()
    {
        _reservations.OnTick();
        _pg.Backfills.OnTick();
        if (_pg.NowMs >= _retryAtMs)
        {
            _retryAtMs = long.MaxValue;
            IsTooFull = false;
        }

        if (IsWaitingForFound)
        {
            _pg.Sources.Discover();
        }

        Evaluate();
    }

    public void OnLocalGranted() => _reservations.OnLocalGranted();

    public void OnLocalRevoked() => _reservations.OnLost();

    public void OnRemoteGranted(OsdId from) => _reservations.OnRemoteGranted(from);

    public void OnRemoteRevoked() => _reservations.OnLost();

    public void OnRemoteRejected()
    {
        IsTooFull = true;
        _retryAtMs = _pg.NowMs + _pg.Options.BackfillRetryMs;
        _reservations.OnLost();
    }

    /// <summary>A copy outside the sets turned up: of use for what is unfound; of none once clean.</summary>
    public void OnStray(OsdId osd)
    {
        if (IsClean)
        {
            _pg.Cleanliness.RemoveStray(osd);
        }
        else
        {
            _pg.Sources.Discover();
        }
    }

    public void OnLogReply(OsdId from, PgLogReply message)
    {
        if (_pg.Sources.TryLearn(from, message))
        {
            _pg.Order.RecoverUrgent();
            Evaluate();
        }
    }

    /// <summary>Every copy that gets writes has the object as it is here.</summary>
    public bool CanWrite(ObjectId id)
    {
        if (_pg.Recovery.Count > 0 && _pg.Recovery.IsActive(id))
        {
            return false;
        }

        foreach (OsdId osd in _pg.Replicas)
        {
            if (_pg.Peers[osd].Missing!.Contains(id))
            {
                return false;
            }
        }

        return !_pg.Backfills.AreBusyWith(id) && !_pg.Scrub.Blocks(id);
    }

    public void OnQuiet(ObjectId id)
    {
        _pg.Order.OnQuiet(id);
        _pg.Backfills.OnQuiet(id);
    }

    /// <summary>The copy here turned out bad.</summary>
    public void OnCopyLost()
    {
        _pg.Cleanliness.Lose();
        _pg.Stats.Changed();
    }

    public void OnSourceLacks(OsdId from, ObjectId id, Eversion version)
    {
        _pg.Sources.NoteLacks(from, id, version);
        _pg.Order.Need(id);
        Evaluate();
    }

    public void OnPulled(ObjectId id)
    {
        _pg.Clients.OnFree(id);
        _pg.Order.OnPulled(id);
        Evaluate();
    }

    public void OnBackfilled() => Evaluate();

    /// <summary>Chooses what to do next, and does as much of it as may be under way at a time.</summary>
    public void Evaluate()
    {
        if (!_pg.IsActive)
        {
            return;
        }

        RecoveryWork work = NextWork();
        if (work != Work)
        {
            _pg.Stats.Changed();
            _reservations.Release();
            Work = work;
        }

        switch (Work)
        {
            case RecoveryWork.Recovery or RecoveryWork.Backfill when !_reservations.IsWanted && !IsTooFull:
                Reserve();
                break;
            case RecoveryWork.Recovery when _reservations.IsGranted:
                _pg.Order.RecoverMore();
                break;
            case RecoveryWork.Backfill when _reservations.IsGranted:
                _pg.Backfills.Step();
                break;
            case RecoveryWork.WaitPgTemp:
                _pg.Return.Ask();
                break;
            case RecoveryWork.None when _pg.Cleanliness.TryMarkClean():
                _pg.Order.EndInterval();
                break;
            default:
                break;
        }
    }

    private RecoveryWork NextWork()
    {
        bool paused = _pg.Map.Flags.HasFlag(OsdMapFlags.NoRecover);
        IsWaitingForFound = false;
        if (!_pg.Missing.IsEmpty || _pg.Replicas.Any(o => _pg.Peers[o].Missing is { IsEmpty: false }))
        {
            _pg.Cleanliness.Lose();
            if (!_pg.Order.HasCandidates && _pg.Recovery.Count == 0)
            {
                IsWaitingForFound = _pg.Missing.Count > 0;
                return RecoveryWork.None;
            }

            return paused ? RecoveryWork.None : RecoveryWork.Recovery;
        }

        if (_pg.Backfills.AreNeeded)
        {
            bool held = paused || _pg.Map.Flags.HasFlag(OsdMapFlags.NoBackfill)
                || (_pg.Map.Flags.HasFlag(OsdMapFlags.NoRebalance) && _pg.Interval.Acting.Length >= _pg.Pool.Size);
            return held ? RecoveryWork.None : RecoveryWork.Backfill;
        }

        return _pg.Return.IsNeeded ? RecoveryWork.WaitPgTemp : RecoveryWork.None;
    }

    private void Reserve()
    {
        bool isBackfill = Work == RecoveryWork.Backfill;
        int priority = IsForced ? ReservationPriority.Forced
            : !_pg.HasMinSize ? ReservationPriority.Inactive
            : !isBackfill ? ReservationPriority.Recovery
            : _pg.Interval.Acting.Length < _pg.Pool.Size ? ReservationPriority.DegradedBackfill : ReservationPriority.Backfill;
        _reservations.Request(
            priority,
            isBackfill,
            isBackfill ? _pg.Backfills.Unfilled : _pg.Replicas.Where(o => _pg.Peers[o].Missing is { IsEmpty: false }));
    }

    private void OnReserved()
    {
        _pg.Stats.Changed();
        if (Work == RecoveryWork.Backfill)
        {
            _pg.Backfills.Start();
        }

        Evaluate();
    }

    private void OnReservationLost() => _pg.Stats.Changed();
}
