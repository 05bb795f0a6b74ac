using Cairn.Maps;
using Cairn.Objects;
using Cairn.Pg.Messages;
using Cairn.Pg.Peering;

namespace Cairn.Pg.Backfill;

/// <summary>
/// Fills one copy by an ordered scan: compares what it holds with what is here, object by object, sends what differs and removes what is gone.
/// Up to the object it has looked at, the target gets writes; beyond, only their log entries.
/// </summary>
/// <remarks>
/// Source: Ceph documentation, "Backfill". The list of objects here is read anew at each step, so a write can't slip between scan and copy;
/// the target's own list can't change beyond the cursor. How far all before is done is remembered there (<c>last_backfill</c>).
/// </remarks>
internal sealed class BackfillTask
{
    private const int ListBatch = 64;

    private readonly PgCore _pg;
    private readonly Peer _target;
    private readonly Queue<ObjectId> _looked = [];
    private readonly SortedSet<ObjectId> _outstanding = [];
    private readonly SortedDictionary<ulong, (IReadOnlyList<ObjectId> Objects, long SentAtMs)> _removals = [];
    private IReadOnlyList<ObjectVersion> _digest = [];
    private int _digestIndex;
    private bool _digestAtEnd;
    private ObjectId? _digestUpTo;
    private bool _scanning;
    private long _scanSentAtMs;
    private BackfillCursor _done;
    private BackfillCursor _toldDone;
    private int _doneSinceTold;
    private bool _finishing;
    private long _finishSentAtMs;
    private ulong _removalSequence;
    private ObjectId? _waitsFor;

    /// <summary>Goes on where the target remembers to be: what was looked at beyond is looked at again.</summary>
    public BackfillTask(PgCore pg, Peer target)
    {
        _pg = pg;
        _target = target;
        _done = _toldDone = target.BackfillStarted = target.Info.LastBackfill;
        _digestUpTo = _done.Last;
    }

    public OsdId Osd => _target.Osd;

    public bool IsFinished { get; private set; }

    /// <summary>Objects copied or found alike.</summary>
    public long ObjectsDone { get; private set; }

    public void Step()
    {
        if (IsFinished || _finishing || _scanning || _target.BackfillStarted.IsComplete || !_pg.Progress.MayBackfill)
        {
            return;
        }

        if (_pg.Replication.SubmittedIn == _pg.InputSerial)
        {
            _pg.WakeAt(_pg.NowMs); // The catalog doesn't show that write yet.
            return;
        }

        _waitsFor = null;
        var here = _pg.Catalog.ListObjects(_pg.Id, _target.BackfillStarted.Last, ListBatch);
        int index = 0;
        bool hereAtEnd = here.Count < ListBatch;
        while (_outstanding.Count < _pg.Options.RecoveryMaxActive)
        {
            if (_digestIndex == _digest.Count && !_digestAtEnd)
            {
                Scan();
                return;
            }

            if (index == here.Count && !hereAtEnd)
            {
                here = _pg.Catalog.ListObjects(_pg.Id, _target.BackfillStarted.Last, ListBatch);
                index = 0;
                hereAtEnd = here.Count < ListBatch;
            }

            ObjectVersion? there = _digestIndex < _digest.Count ? _digest[_digestIndex] : null;
            ObjectVersion? ours = index < here.Count ? new ObjectVersion(here[index].Id, here[index].Stat.Version) : null;
            if (there is null && ours is null)
            {
                Look(BackfillCursor.Complete);
                Settle();
                return;
            }

            int order = ours is null ? 1 : there is null ? -1 : ours.Value.Object.CompareTo(there.Value.Object);
            if (order <= 0 && !TryTake(ours!.Value, order == 0 ? there : null))
            {
                break;
            }

            if (order > 0)
            {
                RemoveThere(there!.Value.Object);
            }

            index += order <= 0 ? 1 : 0;
            _digestIndex += order >= 0 ? 1 : 0;
        }

        Settle();
    }

    /// <summary>The object is being copied or removed there: a write would get in between.</summary>
    public bool IsBusyWith(ObjectId id) => _outstanding.Count > 0 && _outstanding.Contains(id);

    public void OnQuiet(ObjectId id)
    {
        if (_waitsFor is not null && _waitsFor.Equals(id))
        {
            Step();
        }
    }

    public void OnDigest(BackfillDigest message)
    {
        if (!_scanning || !Equals(message.After, _digestUpTo))
        {
            return;
        }

        _scanning = false;
        _digest = message.Objects;
        _digestIndex = 0;
        _digestAtEnd = message.AtEnd;
        _digestUpTo = message.Objects.Count > 0 ? message.Objects[^1].Object : _digestUpTo;
        Step();
    }

    public void OnRemoved(BackfillRemoveReply message)
    {
        if (_removals.Remove(message.Sequence, out var removal))
        {
            foreach (ObjectId id in removal.Objects)
            {
                Finish(id);
                _pg.Clients.OnFree(id);
            }

            Step();
        }
    }

    public void OnProgressReply(BackfillProgressReply message)
    {
        if (_target.Info.LastBackfill.CompareTo(message.LastBackfill) < 0)
        {
            _target.Info = _target.Info with { LastBackfill = message.LastBackfill };
        }

        if (message.LastBackfill.IsComplete && !IsFinished)
        {
            IsFinished = true;
            _pg.Progress.OnBackfilled();
        }
    }

    public void OnTick()
    {
        if (_scanning && IsOverdue(_scanSentAtMs))
        {
            Scan();
        }

        if (_finishing && IsOverdue(_finishSentAtMs))
        {
            TellDone();
        }

        foreach (var (sequence, removal) in _removals.ToArray())
        {
            if (IsOverdue(removal.SentAtMs))
            {
                SendRemoval(sequence, removal.Objects);
            }
        }
    }

    private bool IsOverdue(long sentAtMs) => _pg.NowMs - sentAtMs >= _pg.Options.ResendMs;

    /// <returns>False if it must wait until the object is quiet.</returns>
    private bool TryTake(ObjectVersion ours, ObjectVersion? there)
    {
        if (!_pg.Clients.IsQuiet(ours.Object) || _pg.Recovery.IsActive(ours.Object) || _pg.Missing.Contains(ours.Object))
        {
            _waitsFor = ours.Object;
            return false;
        }

        Look(BackfillCursor.At(ours.Object));
        if (there?.Version == ours.Version)
        {
            ObjectsDone++;
            return true;
        }

        _outstanding.Add(ours.Object);
        _pg.Recovery.StartPush(ours.Object, ours.Version, [_target.Osd], done =>
        {
            if (done)
            {
                ObjectsDone++;
                Finish(ours.Object);
                _pg.Clients.OnFree(ours.Object);
                Step();
                _pg.Progress.OnQuiet(ours.Object);
            }
            else
            {
                // Recovered from another copy first, then sent to the target like any object it misses.
                _target.Missing!.Set(new MissingItem(ours.Object, ours.Version, Eversion.Zero));
                Finish(ours.Object);
                _pg.Sources.LoseOwnCopy(ours.Object);
            }
        });
        return true;
    }

    private void RemoveThere(ObjectId id)
    {
        Look(BackfillCursor.At(id));
        _outstanding.Add(id);
        SendRemoval(++_removalSequence, [id]);
    }

    private void SendRemoval(ulong sequence, IReadOnlyList<ObjectId> objects)
    {
        _removals[sequence] = (objects, _pg.NowMs);
        _pg.Send(_target.Osd, new BackfillRemove(objects, sequence) { Pg = _pg.Id, Epoch = _pg.Map.Epoch });
    }

    private void Scan()
    {
        _scanning = true;
        _scanSentAtMs = _pg.NowMs;
        _pg.Send(_target.Osd, new BackfillScan(_digestUpTo, _pg.Options.BackfillScanMax) { Pg = _pg.Id, Epoch = _pg.Map.Epoch });
    }

    private void Look(BackfillCursor cursor)
    {
        _target.BackfillStarted = cursor;
        if (cursor.Last is { } id)
        {
            _looked.Enqueue(id);
        }
    }

    private void Finish(ObjectId id)
    {
        _outstanding.Remove(id);
        Settle();
    }

    private void Settle()
    {
        while (_looked.TryPeek(out ObjectId? next) && !_outstanding.Contains(next))
        {
            _done = BackfillCursor.At(_looked.Dequeue());
            _doneSinceTold++;
        }

        if (_target.BackfillStarted.IsComplete && _outstanding.Count == 0 && !_finishing)
        {
            _finishing = true;
            _done = BackfillCursor.Complete;
            TellDone();
        }
        else if (_doneSinceTold >= _pg.Options.BackfillNoteEvery && _done.CompareTo(_toldDone) > 0)
        {
            TellDone();
        }
    }

    private void TellDone()
    {
        _doneSinceTold = 0;
        _toldDone = _done;
        _finishSentAtMs = _pg.NowMs;
        _pg.Send(_target.Osd, new BackfillProgress(_done, _pg.ObjectCount, _pg.Bytes) { Pg = _pg.Id, Epoch = _pg.Map.Epoch });
    }
}
