using System.Collections.Immutable;
using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;
using Cairn.Pg.Admin;
using Cairn.Pg.Backfill;
using Cairn.Pg.Clients;
using Cairn.Pg.Effects;
using Cairn.Pg.Leases;
using Cairn.Pg.Messages;
using Cairn.Pg.Peering;
using Cairn.Pg.Recovery;
using Cairn.Pg.Reservations;
using Cairn.Pg.Scrub;
using Cairn.Pg.Stats;
using Cairn.Pg.Storage;
using Cairn.Pg.Writes;

namespace Cairn.Pg;

/// <summary>What the parts of one PG share: its identity, its place in the map, its log and info, and the way out (effects). Changed in place.</summary>
internal sealed class PgCore
{
    private const int RecountBatch = 1024;

    private static readonly PgTime NoTime = new(0, 0);

    private ImmutableSortedSet<OsdId> _backfillTargets = [];

    public PgCore(PgId id, PgEnvironment environment, IntervalTracker tracker, StoredPg stored)
    {
        Id = id;
        Environment = environment;
        Tracker = tracker;
        Log = stored.Log;
        Missing = stored.Missing;
        Past = stored.Past;
        StoredEpoch = stored.Epoch;
        PgInfo info = stored.Info;
        History = info.History;
        LastBackfill = info.LastBackfill;
        LastEpochStarted = info.LastEpochStarted;
        LastIntervalStarted = info.LastIntervalStarted;
        ObjectCount = info.ObjectCount;
        Bytes = info.Bytes;
        State = new Reset(this);
        Durability = new DurabilityQueue(this);
        Reads = new DataReads(this);
        Lease = new ReadLease(this);
        Replication = new Replication(this);
        Replica = new ReplicaWrites(this);
        Clients = new ClientOps(this);
        Recovery = new ObjectRecoveries(this);
        Receiver = new PushReceiver(this);
        BackfillReceiver = new BackfillReceiver(this);
        Sources = new ObjectSources(this);
        Order = new RecoveryOrder(this);
        Backfills = new BackfillTasks(this);
        Return = new ReturnToUpSet(this);
        Cleanliness = new Cleanliness(this);
        Progress = new RecoveryProgress(this);
        Stats = new StatsReporter(this);
        RemoteReservation = new ReplicaReservation(this);
        Scrub = new Scrubber(this);
        Admin = new AdminCommands(this);
    }

    public PgId Id { get; }

    public PgEnvironment Environment { get; }

    public OsdId Whoami => Environment.Whoami;

    public PgOptions Options => Environment.Options;

    public IObjectCatalog Catalog => Environment.Catalog;

    public IntervalTracker Tracker { get; }

    public OsdMap Map => Tracker.Map;

    public Pool Pool => Tracker.Pool;

    public Interval Interval => Tracker.Current;

    public bool IsPrimary => Interval.Primary == Whoami;

    public PeeringState State { get; private set; }

    public PgLog Log { get; private set; }

    public MissingSet Missing { get; private set; }

    public PastIntervals Past { get; set; }

    public PgHistory History { get; set; }

    public BackfillCursor LastBackfill { get; set; }

    public Epoch LastEpochStarted { get; private set; }

    public Epoch LastIntervalStarted { get; private set; }

    /// <summary>Objects of the PG, those missing here included.</summary>
    public long ObjectCount { get; set; }

    public long Bytes { get; set; }

    public Epoch StoredEpoch { get; private set; }

    public bool IsRemoved { get; private set; }

    public PeerTable Peers { get; } = new();

    /// <summary>Everyone but this OSD who gets writes: the acting set, then those being filled.</summary>
    public ImmutableArray<OsdId> Replicas { get; private set; } = [];

    public ImmutableSortedSet<OsdId> BackfillTargets => _backfillTargets;

    public DurabilityQueue Durability { get; }

    public DataReads Reads { get; }

    public ReadLease Lease { get; }

    public Replication Replication { get; }

    public ReplicaWrites Replica { get; }

    public ClientOps Clients { get; }

    public ObjectRecoveries Recovery { get; }

    public PushReceiver Receiver { get; }

    public BackfillReceiver BackfillReceiver { get; }

    public ObjectSources Sources { get; }

    public RecoveryOrder Order { get; }

    public BackfillTasks Backfills { get; }

    public ReturnToUpSet Return { get; }

    public Cleanliness Cleanliness { get; }

    public RecoveryProgress Progress { get; }

    public StatsReporter Stats { get; }

    public ReplicaReservation RemoteReservation { get; }

    public Scrubber Scrub { get; }

    public AdminCommands Admin { get; }

    public PgTime Now { get; private set; } = NoTime;

    public long NowMs => Now.MonotonicMs;

    /// <summary>Grows with each input: tells what the catalog can't show yet.</summary>
    public ulong InputSerial { get; private set; }

    public EffectList Effects { get; private set; } = null!;

    public bool IsActive => State is Active;

    public bool HasMinSize => Interval.ActingCount >= Pool.MinSize;

    public bool HasUpThru => Map.Osd(Whoami) is { } self && self.UpThru >= Interval.Since;

    public void BeginInput(PgTime now, EffectList effects)
    {
        Now = now;
        Effects = effects;
        InputSerial++;
    }

    public void Become(PeeringState state)
    {
        State = state;
        Stats.Changed();
        state.Enter();
    }

    /// <summary>Ends everything that was under way in the interval before.</summary>
    public void EndInterval(PastInterval ended)
    {
        Past = Past.Add(ended);
        History = Tracker.Stamp(History);
        Durability.EndInterval();
        Reads.EndInterval();
        Lease.EndInterval();
        Progress.EndInterval();
        Recovery.EndInterval();
        Receiver.EndInterval();
        RemoteReservation.EndInterval();
        Scrub.EndInterval();
        Replication.EndInterval();
        Clients.EndInterval();
        Peers.Clear();
        _backfillTargets = [];
        Replicas = [];
        State = new Reset(this);
        Stats.Changed();
    }

    /// <summary>
    /// What this copy logged in intervals before must be on stable media before it tells anybody: others would take it over as something they
    /// miss, and if this copy then lost it, it would be unfound for ever.
    /// </summary>
    /// <param name="then">Done when peering has begun.</param>
    public void StartInterval(Action then)
    {
        bool isAllDurable = Durability is { Count: 0, IsHeld: false };
        Replicas = [.. Interval.Acting.Where(o => o.IsReal && o != Whoami)];
        Save(new StoreTransaction(), isAllDurable ? null : () => Begin(then));
        if (isAllDurable)
        {
            Begin(then);
        }
    }

    private void Begin(Action then)
    {
        Become(IsPrimary ? new GetInfo(this) : new Stray(this));
        Clients.OnIntervalStarted();
        then();
    }

    public void Send(OsdId to, PgMessage message) => Effects.Add(new Send(to, message));

    public void Tell(PgEventLevel level, string text) => Effects.Add(new PgEvent(level, $"pg {Id} {text}"));

    public void WakeAt(long atMs) => Effects.Add(new WakeAt(atMs));

    public void RequestUpThru() => Effects.Add(new RequestUpThru(Interval.Since));

    public void RequestPgTemp(ImmutableArray<OsdId> acting) => Effects.Add(new RequestPgTemp(acting));

    public PgInfo BuildInfo() => new()
    {
        Pg = Id,
        LastUpdate = Log.Head,
        LastComplete = Missing.IsEmpty ? Log.Head : new Eversion(Missing.OldestNeed.Epoch, Missing.OldestNeed.Version - 1),
        LogTail = Log.Tail,
        LastEpochStarted = LastEpochStarted,
        LastIntervalStarted = LastIntervalStarted,
        LastBackfill = LastBackfill,
        History = History,
        ObjectCount = ObjectCount,
        Bytes = Bytes,
    };

    /// <summary>Stores the info with a transaction's other changes.</summary>
    /// <param name="then">Done when durable, if the interval still goes on.</param>
    public void Save(StoreTransaction transaction, Action? then = null)
    {
        StoredEpoch = Map.Epoch;
        PgStorage.AddInfo(transaction, BuildInfo(), StoredEpoch, Past);
        Durability.Persist(transaction, then);
    }

    /// <param name="then">Done when durable, even if the interval ended.</param>
    public void SaveFinally(StoreTransaction transaction, Action then)
    {
        StoredEpoch = Map.Epoch;
        PgStorage.AddInfo(transaction, BuildInfo(), StoredEpoch, Past);
        Durability.PersistFinally(transaction, then);
    }

    public PriorSet BuildPriorSet() => PriorSet.Build(Map, Interval, Past, History.LastEpochStarted);

    /// <summary>Null: no copy heard can be the authority.</summary>
    public ActingChoice? ChooseActing()
    {
        List<(OsdId, PgInfo)> copies = [(Whoami, BuildInfo())];
        copies.AddRange(Peers.All.Select(static p => (p.Osd, p.Info)));
        return ActingChoice.FindAuthority(copies, Whoami) is { } authority ? ActingChoice.Make(authority, copies, Interval, Pool.Size) : null;
    }

    public void Hear(OsdId from, PgNotify message)
    {
        Peers.Hear(from, message.Info, message.Epoch);
        AdoptHistory(message.Info.History, message.PastIntervals);
        Lease.Inherit(message.Leases);
    }

    public void AdoptHistory(PgHistory history, PastIntervals past)
    {
        History = History.MergeWith(history);
        Past = Past.MergeWith(past);
    }

    /// <summary>What the primary shares while active.</summary>
    public void TakeHistory(PgHistory history)
    {
        bool mustRecount = MustRecount;
        History = History.MergeWith(history);
        if (History.LastIntervalClean == Interval.Since)
        {
            Past = PastIntervals.None;
            if (mustRecount)
            {
                Recount();
            }
        }

        Save(new StoreTransaction());
    }

    public void MarkStarted(Epoch epoch, Epoch interval)
    {
        LastEpochStarted = epoch;
        LastIntervalStarted = interval;
    }

    /// <summary>All members have it durably: from now on, the past before this activation is of no interest to peering.</summary>
    public void ShareActivation(Epoch started)
    {
        History = History with { LastEpochStarted = started, LastIntervalStarted = Interval.Since };
        ShareHistory();
    }

    public void ShareHistory()
    {
        Save(new StoreTransaction());
        foreach (OsdId osd in Replicas)
        {
            Send(osd, new PgHistoryUpdate(History) { Pg = Id, Epoch = Map.Epoch });
        }
    }

    public void SetBackfillTargets(ImmutableSortedSet<OsdId> targets)
    {
        _backfillTargets = targets;
        Replicas = [.. Interval.Acting.Where(o => o.IsReal && o != Whoami), .. targets];
    }

    public Peer PeerOrEmpty(OsdId osd)
    {
        if (!Peers.Contains(osd))
        {
            Peers.Hear(osd, new PgInfo { Pg = Id }, Map.Epoch);
        }

        return Peers[osd];
    }

    /// <summary>Our log reaches back to where the copy stands.</summary>
    public bool CanContinueByLog(Peer peer) => peer.Info.LastUpdate >= Log.Tail;

    /// <summary>
    /// Asks a copy for what it lacks, and for enough of its log to see what in it is divergent: nothing, if our log has its newest entry; else
    /// all that ours covers. How deep the divergence goes can't be told from its info: a copy may have taken over another's divergent
    /// entries in an interval that never took writes.
    /// </summary>
    public void QueryMissing(Peer peer) =>
        Send(peer.Osd, new PgQuery(QueryKind.Log, IsCommonPoint(peer.Info.LastUpdate) ? peer.Info.LastUpdate : Log.Tail) { Pg = Id, Epoch = Map.Epoch });

    /// <summary>Whether every log that has this version is ours up to there.</summary>
    public bool IsCommonPoint(Eversion version) => version <= Log.Tail || Log.Contains(version);

    /// <summary>Works out what a copy will lack once it has adopted our log.</summary>
    public void LearnMissing(Peer peer, PgLogReply reply)
    {
        PgLog log = PgLog.From(reply.Log);
        var missing = new MissingSet(reply.Missing);
        LogMergeOutcome outcome = LogMerge.Merge(log, missing, reply.Info.LastBackfill, Log.After(reply.Log.Tail));
        peer.Info = reply.Info;
        peer.Missing = missing;
        peer.Common = outcome.Common;
    }

    public void Note(LogMergeOutcome outcome)
    {
        if (outcome.Divergent.Count > 0 || outcome.Cases != LogMergeCases.None)
        {
            Tell(
                outcome.Divergent.Count > 0 ? PgEventLevel.Info : PgEventLevel.Debug,
                $"merges a log: {outcome.Added.Count} entries added, {outcome.Divergent.Count} divergent undone after {outcome.Common}: {outcome.Cases}");
        }
    }

    /// <summary>After a merge the copy has, or misses, the same objects as the one whose log it adopted.</summary>
    public void AdoptCounts(PgInfo authority)
    {
        if (LastBackfill.IsComplete)
        {
            ObjectCount = authority.ObjectCount;
            Bytes = authority.Bytes;
        }
    }

    public void StartBeingFilled(LogSegment log)
    {
        Log = PgLog.From(log);
        Missing = new MissingSet();
        LastBackfill = BackfillCursor.Nothing;
        ObjectCount = 0;
        Bytes = 0;
    }

    /// <summary>
    /// A split can't tell the sizes of objects that are missing, nor does anyone know those of unfound ones an admin gave up on (maybe in the very
    /// epoch it was clean in before): they are counted when the PG is clean for the first time after it.
    /// </summary>
    public bool MustRecount => History.LastEpochSplit > History.LastEpochClean
        || (History.LastEpochGivenUp > Epoch.None && History.LastEpochGivenUp >= History.LastEpochClean);

    public void Recount()
    {
        (ObjectCount, Bytes) = (0, 0);
        IReadOnlyList<(ObjectId Id, ObjectStat Stat)> batch;
        ObjectId? after = null;
        do
        {
            batch = Catalog.ListObjects(Id, after, RecountBatch);
            ObjectCount += batch.Count;
            Bytes += batch.Sum(static o => (long)o.Stat.Size);
            after = batch.Count > 0 ? batch[^1].Id : after;
        }
        while (batch.Count == RecountBatch);
    }

    /// <summary>After a split: what stays here.</summary>
    public void Keep(MissingSet missing, long objectCount, long bytes)
    {
        Missing = missing;
        ObjectCount = objectCount;
        Bytes = bytes;
    }

    public void RemoveSelf(string why)
    {
        if (!IsRemoved)
        {
            IsRemoved = true;
            State = new Reset(this);
            Tell(PgEventLevel.Info, $"removes itself: {why}");
            Durability.EndInterval(); // What was to follow earlier transactions would be stored after the removal.
            Progress.EndInterval();
            RemoteReservation.EndInterval();
            Scrub.EndInterval();
            Durability.PersistFinally(new StoreTransaction().Add(new RemoveCollection()), () => Effects.Add(new PgRemoved()));
        }
    }
}
