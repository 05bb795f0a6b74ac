using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;
using Cairn.Pg.Backfill;
using Cairn.Pg.Effects;
using Cairn.Pg.Messages;
using Cairn.Pg.Peering;
using Cairn.Pg.Reservations;
using Cairn.Pg.Storage;

namespace Cairn.Pg.Recovery;

/// <summary>
/// Brings an active PG to clean: recovery by the log first, then backfill, then the up set serves, then strays go. An object that a client
/// waits for is recovered at once, whatever else is under way or reserved.
/// </summary>
/// <remarks>Source: Ceph documentation, "Recovery" and "Backfill".</remarks>
internal sealed class RecoveryProgress
{
    private readonly PgCore _pg;
    private readonly PrimaryReservations _reservations;
    private readonly SortedSet<ObjectId> _urgent = [];
    private readonly List<BackfillTask> _backfills = [];
    private long _retryAtMs = long.MaxValue;
    private long _askedPgTempAtMs;

    public RecoveryProgress(PgCore pg)
    {
        _pg = pg;
        _reservations = new PrimaryReservations(pg, OnReserved, OnReservationLost);
    }

    public RecoveryWork Work { get; private set; }

    public bool IsReserved => _reservations.IsGranted;

    /// <summary>False while it is held up: nothing new is begun.</summary>
    public bool MayBackfill => Work == RecoveryWork.Backfill && IsReserved;

    public bool IsClean { get; private set; }

    /// <summary>A target has no room; tried again later.</summary>
    public bool IsTooFull { get; private set; }

    public bool IsForced { get; set; }

    public bool IsWaitingForFound { get; private set; }

    public IReadOnlyList<BackfillTask> Backfills => _backfills;

    /// <summary>Objects of which nobody heard has the newest version.</summary>
    public IEnumerable<MissingItem> Unfound => _pg.Missing.Items.Where(m => FindSource(m.Object, m.Need) is null);

    public void Start()
    {
        DiscoverUnfound();
        Evaluate();
    }

    public void EndInterval()
    {
        _reservations.EndInterval();
        _urgent.Clear();
        _backfills.Clear();
        Work = RecoveryWork.None;
        IsClean = false;
        IsTooFull = false;
        IsWaitingForFound = false;
        _retryAtMs = long.MaxValue;
    }

    public void OnActMap() => Evaluate();

    public void OnTick()
    {
        _reservations.OnTick();
        foreach (BackfillTask backfill in _backfills.ToArray())
        {
            backfill.OnTick();
        }

        if (_pg.NowMs >= _retryAtMs)
        {
            _retryAtMs = long.MaxValue;
            IsTooFull = false;
        }

        if (IsWaitingForFound)
        {
            DiscoverUnfound();
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
            RemoveStray(osd);
        }
        else
        {
            DiscoverUnfound();
        }
    }

    public void OnLogReply(OsdId from, PgLogReply message)
    {
        if (_pg.Peers.TryGet(from, out Peer? peer) && peer.Missing is null && _pg.CanContinueByLog(peer) && message.Info.LastUpdate >= _pg.Log.Tail)
        {
            _pg.LearnMissing(peer, message);
            RecoverUrgent();
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

        foreach (BackfillTask backfill in _backfills)
        {
            if (backfill.IsBusyWith(id))
            {
                return false;
            }
        }

        return !_pg.Scrub.Blocks(id);
    }

    /// <summary>A client waits for the object.</summary>
    public void Need(ObjectId id)
    {
        if (_urgent.Add(id))
        {
            TryRecover(id);
        }
    }

    public void OnQuiet(ObjectId id)
    {
        if (_urgent.Contains(id))
        {
            TryRecover(id);
        }

        foreach (BackfillTask backfill in _backfills)
        {
            backfill.OnQuiet(id);
        }
    }

    /// <summary>The copy here is unreadable: it counts as missing from now on.</summary>
    /// <returns>Whether another copy can replace it.</returns>
    public bool LoseOwnCopy(ObjectId id)
    {
        if (!_pg.Catalog.TryStat(_pg.Id, id, out ObjectStat stat) || FindSource(id, stat.Version) is null)
        {
            return false;
        }

        if (_pg.Clients.IsQuiet(id) && !_pg.Missing.Contains(id))
        {
            _pg.Missing.Set(new MissingItem(id, stat.Version, Eversion.Zero));
            var transaction = new StoreTransaction();
            PgStorage.AddMissing(transaction, _pg.Missing, id);
            _pg.Save(transaction);
            IsClean = false;
            _pg.Stats.Changed();
        }

        Need(id);
        Evaluate();
        return true;
    }

    public void OnSourceLacks(OsdId from, ObjectId id, Eversion version)
    {
        if (_pg.Peers.TryGet(from, out Peer? peer) && peer.Missing is { } missing)
        {
            missing.Set(new MissingItem(id, version, Eversion.Zero));
        }

        _urgent.Add(id);
        TryRecover(id);
        Evaluate();
    }

    public void OnPulled(ObjectId id)
    {
        _pg.Clients.OnFree(id);
        if (_urgent.Contains(id) && !TryRecover(id))
        {
            _urgent.Remove(id);
        }

        Evaluate();
    }

    public void OnBackfilled() => Evaluate();

    public BackfillTask? FindBackfill(OsdId osd) => _backfills.Find(b => b.Osd == osd);

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
                RecoverMore();
                break;
            case RecoveryWork.Backfill when _reservations.IsGranted:
                foreach (BackfillTask backfill in _backfills.ToArray())
                {
                    backfill.Step();
                }

                break;
            case RecoveryWork.WaitPgTemp:
                AskPgTemp();
                break;
            case RecoveryWork.None when !IsClean:
                TryMarkClean();
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
            IsClean = false;
            if (!Candidates().Any() && _pg.Recovery.Count == 0)
            {
                IsWaitingForFound = _pg.Missing.Count > 0;
                return RecoveryWork.None;
            }

            return paused ? RecoveryWork.None : RecoveryWork.Recovery;
        }

        if (_pg.BackfillTargets.Any(o => _pg.Peers[o].Info.IsIncomplete))
        {
            bool held = paused || _pg.Map.Flags.HasFlag(OsdMapFlags.NoBackfill)
                || (_pg.Map.Flags.HasFlag(OsdMapFlags.NoRebalance) && _pg.Interval.Acting.Length >= _pg.Pool.Size);
            return held ? RecoveryWork.None : RecoveryWork.Backfill;
        }

        return WantedActing() is { } wanted && !wanted.IsServedBy(_pg.Interval) ? RecoveryWork.WaitPgTemp : RecoveryWork.None;
    }

    private ActingChoice? WantedActing()
    {
        Interval interval = _pg.Interval;
        if (interval.Primary == interval.UpPrimary && interval.Acting.AsSpan().SequenceEqual(interval.Up.AsSpan()))
        {
            return null;
        }

        foreach (OsdId osd in _pg.Replicas)
        {
            Peer peer = _pg.Peers[osd];
            peer.Info = peer.Info with { LastUpdate = _pg.Log.Head, LogTail = _pg.Log.Tail };
        }

        return _pg.ChooseActing();
    }

    private void AskPgTemp()
    {
        if (_askedPgTempAtMs == 0 || _pg.NowMs - _askedPgTempAtMs >= _pg.Options.ResendMs)
        {
            _askedPgTempAtMs = _pg.NowMs;
            _pg.RequestPgTemp(WantedActing()!.PgTempFor(_pg.Interval));
        }
    }

    private void TryMarkClean()
    {
        bool isWhole = _pg.Missing.IsEmpty && !_pg.BackfillTargets.Any(o => _pg.Peers[o].Info.IsIncomplete)
            && _pg.Replicas.All(o => _pg.Peers[o].Missing is { IsEmpty: true })
            && _pg.Interval.Acting.Count(static o => o.IsReal) == _pg.Pool.Size
            && _pg.Interval.Acting.Order().SequenceEqual(_pg.Interval.Up.Order());

        // A lease of the past is forgotten with the past, so not before it ended.
        if (!isWhole || !_pg.Lease.MayServe)
        {
            return;
        }

        IsClean = true;
        _urgent.Clear();
        _pg.History = _pg.History with { LastEpochClean = _pg.Map.Epoch, LastIntervalClean = _pg.Interval.Since };
        _pg.Past = PastIntervals.None;
        _pg.ShareHistory();
        if (_pg.Map.PgTemp.ContainsKey(_pg.Id))
        {
            _pg.RequestPgTemp([]);
        }

        foreach (Peer peer in _pg.Peers.All.ToArray())
        {
            RemoveStray(peer.Osd);
        }

        _pg.Stats.MarkClean();
    }

    private void RemoveStray(OsdId osd)
    {
        if (!_pg.Interval.IsMember(osd))
        {
            _pg.Send(osd, new PgRemove { Pg = _pg.Id, Epoch = _pg.Map.Epoch });
            _pg.Peers.Forget(osd);
        }
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
            isBackfill ? _pg.BackfillTargets.Where(o => _pg.Peers[o].Info.IsIncomplete) : _pg.Replicas.Where(o => _pg.Peers[o].Missing is { IsEmpty: false }));
    }

    private void OnReserved()
    {
        _pg.Stats.Changed();
        if (Work == RecoveryWork.Backfill)
        {
            // One that was held up goes on where it was: what it sent is beyond what the target remembers, and on its way perhaps.
            _backfills.AddRange(_pg.BackfillTargets
                .Where(o => _pg.Peers[o].Info.IsIncomplete && FindBackfill(o) is null)
                .Select(o => new BackfillTask(_pg, _pg.Peers[o])));
        }

        Evaluate();
    }

    private void OnReservationLost() => _pg.Stats.Changed();

    /// <summary>Objects that can be recovered now, oldest change first: the primary's own, then the replicas'.</summary>
    private IEnumerable<ObjectId> Candidates()
    {
        foreach (ObjectId id in _pg.Missing.InLogOrder)
        {
            if (_pg.Missing.TryGet(id, out MissingItem item) && !_pg.Recovery.IsActive(id) && FindSource(id, item.Need) is not null)
            {
                yield return id;
            }
        }

        foreach (OsdId osd in _pg.Replicas)
        {
            foreach (ObjectId id in _pg.Peers[osd].Missing?.InLogOrder ?? [])
            {
                if (!_pg.Missing.Contains(id) && !_pg.Recovery.IsActive(id))
                {
                    yield return id;
                }
            }
        }
    }

    private void RecoverMore()
    {
        foreach (ObjectId id in Candidates().Take(2 * _pg.Options.RecoveryMaxActive).ToArray())
        {
            if (_pg.Recovery.Count >= _pg.Options.RecoveryMaxActive)
            {
                return;
            }

            TryRecover(id);
        }
    }

    private void RecoverUrgent()
    {
        foreach (ObjectId id in _urgent.ToArray())
        {
            TryRecover(id);
        }
    }

    /// <returns>Whether the object is now on its way.</returns>
    private bool TryRecover(ObjectId id)
    {
        if (_pg.Recovery.IsActive(id))
        {
            return true;
        }

        if (_pg.Missing.TryGet(id, out MissingItem item))
        {
            if (FindSource(id, item.Need) is not { } source)
            {
                return false;
            }

            _pg.Recovery.StartPull(id, item.Need, source);
            return true;
        }

        var targets = new SortedSet<OsdId>(_pg.Replicas.Where(o => _pg.Peers[o].Missing!.Contains(id)));
        if (targets.Count == 0 || !_pg.Clients.IsQuiet(id) || !_pg.Catalog.TryStat(_pg.Id, id, out ObjectStat stat))
        {
            return false;
        }

        _pg.Recovery.StartPush(id, stat.Version, targets, done => OnPushed(id, targets, done));
        return true;
    }

    private void OnPushed(ObjectId id, SortedSet<OsdId> targets, bool done)
    {
        if (!done)
        {
            LoseOwnCopy(id);
            return;
        }

        foreach (OsdId osd in targets)
        {
            _pg.Peers[osd].Missing!.Remove(id);
        }

        _urgent.Remove(id);
        _pg.Clients.OnFree(id);
        Evaluate();
    }

    private OsdId? FindSource(ObjectId id, Eversion need)
    {
        foreach (OsdId osd in _pg.Replicas)
        {
            if (_pg.Peers.TryGet(osd, out Peer? replica) && replica.Has(id, need))
            {
                return osd;
            }
        }

        foreach (Peer peer in _pg.Peers.All)
        {
            if (peer.Has(id, need))
            {
                return peer.Osd;
            }
        }

        return null;
    }

    /// <summary>Asks copies outside the acting set what they have, when nobody in it has all that is needed.</summary>
    private void DiscoverUnfound()
    {
        if (_pg.Missing.IsEmpty || !Unfound.Any())
        {
            return;
        }

        foreach (Peer peer in _pg.Peers.All)
        {
            if (peer.Missing is null && _pg.CanContinueByLog(peer))
            {
                _pg.QueryMissing(peer);
            }
        }
    }
}
