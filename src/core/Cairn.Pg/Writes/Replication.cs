using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;
using Cairn.Pg.Effects;
using Cairn.Pg.Messages;
using Cairn.Pg.Peering;
using Cairn.Pg.Storage;

namespace Cairn.Pg.Writes;

/// <summary>
/// The primary's writes on their way: sent to every replica, submitted here, and committed, in order, once everyone has them on stable media.
/// </summary>
/// <remarks>Every copy makes writes durable in order, so a copy's progress is one version: the newest it has.</remarks>
internal sealed class Replication(PgCore pg)
{
    private readonly Queue<InFlightWrite> _inFlight = [];
    private Eversion _durableHere;
    private long _resendAtMs;

    /// <summary>Every copy has everything up to here.</summary>
    public Eversion Committed { get; private set; }

    /// <summary>The input of the newest write: the catalog shows it from the next one on.</summary>
    public ulong SubmittedIn { get; private set; }

    public int InFlightCount => _inFlight.Count;

    public Eversion NextVersion => new(pg.Interval.Since, pg.Log.Head.Version + 1);

    public void EndInterval()
    {
        foreach (InFlightWrite write in _inFlight)
        {
            pg.Clients.TakeBack(write);
        }

        _inFlight.Clear();
        _durableHere = default;
        Committed = default;
    }

    /// <summary>Logs a change, sends it to the replicas and submits it here.</summary>
    /// <param name="changes">The object's changes, without log and info.</param>
    public InFlightWrite Submit(LogEntry entry, StoreTransaction changes, long objectDelta, long byteDelta)
    {
        Eversion previous = pg.Log.Head;
        SubmittedIn = pg.InputSerial;
        pg.ObjectCount += objectDelta;
        pg.Bytes += byteDelta;
        Eversion? forgotten = Trim();
        pg.Log.Append(entry);
        RepOp message = Message(entry, previous, changes, logOnly: false);
        InFlightWrite write = Send(entry, message, previous);

        var transaction = new StoreTransaction().Append(changes);
        AddMeta(pg, transaction, entry, forgotten);
        _inFlight.Enqueue(write);
        if (_inFlight.Count == 1)
        {
            _resendAtMs = pg.NowMs + pg.Options.ResendMs;
        }

        pg.Durability.PersistWrite(transaction, entry.Version);
        return write;
    }

    /// <summary>What every write leaves in the PG's metadata, on the primary and on replicas.</summary>
    public static void AddMeta(PgCore pg, StoreTransaction transaction, LogEntry entry, Eversion? forgotten)
    {
        PgStorage.AddWritten(transaction, entry, new FastInfo(pg.Log.Tail, pg.ObjectCount, pg.Bytes));
        if (forgotten is { } version)
        {
            transaction.Add(new TrimLog(version));
        }
    }

    public void OnDurableHere(Eversion version)
    {
        _durableHere = version;
        CommitWhatAllHave();
    }

    public void OnReply(OsdId from, RepOpReply message)
    {
        if (pg.IsActive && pg.Replicas.Contains(from) && message.Committed > pg.Peers[from].Committed)
        {
            pg.Peers[from].Committed = message.Committed;
            CommitWhatAllHave();
        }
    }

    public InFlightWrite? Find(Eversion version)
    {
        foreach (InFlightWrite write in _inFlight)
        {
            if (write.Entry.Version == version)
            {
                return write;
            }
        }

        return null;
    }

    /// <summary>A reply that is long overdue was lost, or the write was: send again from where the copy stands.</summary>
    public void OnTick()
    {
        if (_inFlight.Count == 0 || pg.NowMs < _resendAtMs)
        {
            return;
        }

        _resendAtMs = pg.NowMs + pg.Options.ResendMs;
        foreach (OsdId osd in pg.Replicas)
        {
            Peer peer = pg.Peers[osd];
            foreach (InFlightWrite write in _inFlight)
            {
                if (write.Entry.Version > peer.Committed)
                {
                    pg.Send(osd, write.LogOnlyTo?.Contains(osd) == true ? write.LogOnly! : write.Message);
                }
            }
        }
    }

    private void CommitWhatAllHave()
    {
        Eversion all = _durableHere;
        foreach (OsdId osd in pg.Replicas)
        {
            Eversion committed = pg.Peers[osd].Committed;
            all = committed < all ? committed : all;
        }

        Committed = all > Committed ? all : Committed;
        while (_inFlight.TryPeek(out InFlightWrite? write) && write.Entry.Version <= Committed)
        {
            _inFlight.Dequeue();
            _resendAtMs = pg.NowMs + pg.Options.ResendMs;
            foreach (var (connectionToken, reply) in write.Replies)
            {
                pg.Effects.Add(new ReplyToClient(connectionToken, reply));
            }

            write.Then?.Invoke();
            pg.Clients.OnCommitted(write.Entry.Object);
        }

        pg.Scrub.OnCommitted();
    }

    private InFlightWrite Send(LogEntry entry, RepOp message, Eversion previous)
    {
        RepOp? logOnly = null;
        List<OsdId>? logOnlyTo = null;
        foreach (OsdId osd in pg.Replicas)
        {
            Peer peer = pg.Peers[osd];
            if (peer.BackfillStarted.Covers(entry.Object))
            {
                pg.Send(osd, message);
            }
            else
            {
                logOnly ??= Message(entry, previous, new StoreTransaction(), logOnly: true);
                (logOnlyTo ??= []).Add(osd);
                pg.Send(osd, logOnly);
            }
        }

        return new InFlightWrite(entry, message, logOnly) { LogOnlyTo = logOnlyTo };
    }

    private RepOp Message(LogEntry entry, Eversion previous, StoreTransaction changes, bool logOnly) =>
        new(entry, previous, changes, logOnly, pg.Log.Tail, pg.ObjectCount, pg.Bytes) { Pg = pg.Id, Epoch = pg.Map.Epoch };

    /// <summary>Keeps the log at its length. Only what everyone has is trimmed: what is in flight may yet have to be undone.</summary>
    /// <returns>The newest version forgotten altogether, or null.</returns>
    private Eversion? Trim()
    {
        int keep = pg.Progress.IsClean ? pg.Options.LogEntriesMin : pg.Options.LogEntriesMax;
        int excess = pg.Log.Count - keep;
        if (excess < pg.Options.LogTrimBatch)
        {
            return null;
        }

        Eversion to = pg.Log.VersionAt(excess - 1);
        return pg.Log.TrimTo(to < Committed ? to : Committed > pg.Log.Tail ? Committed : pg.Log.Tail, pg.Options.DupsTracked);
    }
}
