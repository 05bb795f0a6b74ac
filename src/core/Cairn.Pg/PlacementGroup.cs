using System.Collections.Immutable;
using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;
using Cairn.Pg.Effects;
using Cairn.Pg.Inputs;
using Cairn.Pg.Messages;
using Cairn.Pg.Peering;
using Cairn.Pg.Scrub;
using Cairn.Pg.Storage;

namespace Cairn.Pg;

/// <summary>
/// One copy of one PG: its whole mind. A deterministic machine: an input, the time and what the catalog shows give the new state and effects.
/// It does nothing itself. One caller at a time; inputs in the order they happened.
/// </summary>
public sealed class PlacementGroup
{
    private readonly PgCore _core;
    private readonly MessageRouter _router;
    private bool _intervalStarting;
    private bool _intervalStarted;
    private OsdMap? _mapWithoutPool;

    private PlacementGroup(PgCore core)
    {
        _core = core;
        _router = new MessageRouter(core);
    }

    public PgId Id => _core.Id;

    /// <summary>The newest map it was told.</summary>
    public OsdMap Map => _mapWithoutPool ?? _core.Map;

    public bool IsPrimary => _core.IsPrimary;

    /// <summary>After a restart it needs every epoch from this one on: older maps may be trimmed.</summary>
    public Epoch StoredEpoch => _core.StoredEpoch;

    public Interval Interval => _core.Interval;

    public PgInfo Info => _core.BuildInfo();

    /// <summary>For <c>pg query</c>: as published, or what a replica would say.</summary>
    public PgStats QueryStats() => _core.Stats.Build();

    /// <summary>What the last scrub of this primary found.</summary>
    public IReadOnlyList<InconsistentObject> Inconsistencies => _core.Scrub.Inconsistencies;

    /// <summary>Client operations inside, and what each waits for: for <c>cairn osd ops</c>.</summary>
    public IReadOnlyList<(Objects.RequestId Id, string WaitsFor)> DescribeWaiting() => [.. _core.Clients.Describe()];

    internal PgCore Core => _core;

    /// <summary>
    /// A new, empty copy at the epoch of <paramref name="map"/>. On the epoch a pool is created: with a history that has only
    /// <see cref="PgHistory.EpochCreated"/>, and no past intervals; later: with what <see cref="PastIntervals.Build"/> gave.
    /// </summary>
    /// <remarks>Carry out the effects, feed later epochs, then <see cref="ActMap"/>.</remarks>
    public static PlacementGroup Create(
        PgId pg, OsdMap map, PgHistory history, PastIntervals past, PgEnvironment environment, PgTime now, EffectList effects)
    {
        var tracker = new IntervalTracker(pg, map, environment.Mapper);
        if (history.SameIntervalSince > Epoch.None && history.SameIntervalSince <= map.Epoch)
        {
            tracker.Restore(history);
        }

        var info = new PgInfo { Pg = pg, History = tracker.Stamp(history) };
        var core = new PgCore(pg, environment, tracker, new StoredPg(info, map.Epoch, past, new PgLog(), new MissingSet()));
        core.BeginInput(now, effects);
        core.Save(new StoreTransaction().Add(new CreateCollection()));
        return new PlacementGroup(core);
    }

    /// <summary>
    /// A new copy to handle a message with <see cref="PgMessage.CreatesPg"/> (a stray's notify to a primary without the PG; a primary's order to activate).
    /// Not if the pool is gone or has fewer PGs in the current map.
    /// </summary>
    /// <param name="map">Of the message's epoch. Feed later epochs, then <see cref="ActMap"/>, then the message.</param>
    public static PlacementGroup CreateFor(PgMessage message, OsdMap map, PgEnvironment environment, PgTime now, EffectList effects)
    {
        var (history, past) = message switch
        {
            PgNotify notify => (notify.Info.History, notify.PastIntervals),
            PgActivate activate => (activate.Info.History, activate.PastIntervals),
            _ => throw new ArgumentException($"{message.GetType().Name} does not create a PG", nameof(message)),
        };
        return Create(message.Pg, map, history, past, environment, now, effects);
    }

    /// <summary>What to answer to a message for a PG that this OSD has no copy of; null: nothing.</summary>
    public static PgMessage? AnswerForAbsent(PgMessage message, OsdMap map)
    {
        var nothing = new PgInfo { Pg = message.Pg };
        return message switch
        {
            PgQuery { Kind: QueryKind.Info } => new PgNotify(nothing, PastIntervals.None, []) { Pg = message.Pg, Epoch = map.Epoch },
            PgQuery { Kind: QueryKind.Log } => new PgLogReply(nothing, new LogSegment(Eversion.Zero, Eversion.Zero, [], []), [])
            {
                Pg = message.Pg,
                Epoch = map.Epoch,
            },
            _ => null,
        };
    }

    /// <summary>The epoch to <see cref="Load"/> a stored PG at; null if the collection holds no whole PG (a split that was cut off: its parent repeats it).</summary>
    public static Epoch? StoredEpochOf(IObjectCatalog catalog, PgId pg) => PgStorage.ReadStoredEpoch(catalog, pg);

    /// <summary>The copy as the store has it. Carry out the effects, feed later epochs, then <see cref="ActMap"/>.</summary>
    /// <param name="map">Of the epoch <see cref="StoredEpochOf"/> told.</param>
    public static PlacementGroup Load(PgId pg, OsdMap map, PgEnvironment environment, PgTime now, EffectList effects)
    {
        StoredPg stored = PgStorage.Read(environment.Catalog, pg);
        Invariant.Require(stored.Epoch == map.Epoch, $"pg {pg} is loaded at the epoch it was stored at");
        var tracker = new IntervalTracker(pg, map, environment.Mapper);
        tracker.Restore(stored.Info.History);
        var core = new PgCore(pg, environment, tracker, stored);
        core.BeginInput(now, effects);
        if (PgStorage.ConvertOldLog(environment.Catalog, pg) is { } conversion)
        {
            core.Durability.Persist(conversion, null);
        }

        core.Lease.AssumeWorst();
        return new PlacementGroup(core);
    }

    public void Handle(PgInput input, PgTime now, EffectList effects)
    {
        _core.BeginInput(now, effects);
        if (!_core.IsRemoved || input is Persisted or SplitDurable)
        {
            Dispatch(input);
        }

        _core.Stats.PublishIfChanged();
    }

    private void Dispatch(PgInput input)
    {
        switch (input)
        {
            case ClientOp op:
                _core.Clients.OnClientOp(op);
                break;
            case MessageReceived message:
                _router.OnMessage(message.From, message.Message, canAct: _intervalStarted);
                break;
            case Persisted persisted:
                _core.Durability.OnPersisted(persisted.Token);
                break;
            case DataRead read:
                _core.Reads.OnRead(read);
                break;
            case MapAdvanced map:
                OnMapAdvanced(map.Map);
                break;
            case ActMap:
                OnActMap();
                break;
            case Tick:
                OnTick();
                break;
            case ReservationGranted or ReservationRevoked or ReservationRejected:
                OnReservation(input);
                break;
            case SplitDurable:
                _core.Durability.Release();
                break;
            case StoreFullChanged full:
                _core.Clients.OnStoreFull(full.IsFull);
                break;
            case AdminCommand command:
                _core.Admin.OnCommand(command);
                break;
            default:
                throw new ArgumentException($"unknown input {input.GetType().Name}", nameof(input));
        }
    }

    private void OnReservation(PgInput input)
    {
        switch (input)
        {
            case ReservationGranted { Side: ReservationSide.Local }:
                _core.Progress.OnLocalGranted();
                break;
            case ReservationGranted { Side: ReservationSide.Remote }:
                _core.RemoteReservation.OnGranted();
                break;
            case ReservationGranted { Side: ReservationSide.Scrub }:
                _core.Scrub.OnReserved();
                break;
            case ReservationRevoked { Side: ReservationSide.Local }:
                _core.Progress.OnLocalRevoked();
                break;
            case ReservationRevoked { Side: ReservationSide.Remote }:
                _core.RemoteReservation.OnRevoked();
                break;
            case ReservationRejected { Side: ReservationSide.Remote }:
                _core.RemoteReservation.OnRejected();
                break;
            default:
                throw new ArgumentException($"no reservation ends by {input}", nameof(input));
        }
    }

    private void OnMapAdvanced(OsdMap map)
    {
        Invariant.Require(map.Epoch == Map.Epoch.Next, $"pg {Id} is told every epoch in order");
        if (_mapWithoutPool is not null || !map.Pools.ContainsKey(Id.Pool))
        {
            _mapWithoutPool = map;
            return;
        }

        uint pgNum = _core.Pool.PgNum;
        if (_core.Tracker.Advance(map, _core.History.LastEpochClean) is not { } ended)
        {
            return;
        }

        _core.EndInterval(ended);
        _intervalStarting = _intervalStarted = false;
        PgId[] children = [.. PgSplit.ChildrenOf(Id, pgNum, _core.Pool.PgNum)];
        if (children.Length > 0 && Id.Seed < pgNum)
        {
            ImmutableArray<PgCore> cores = PgSplitter.Split(_core, children);
            _core.Effects.Add(new PgsSplit([.. cores.Select(static c => new PlacementGroup(c))]));
        }
    }

    private void OnActMap()
    {
        if (_mapWithoutPool is not null)
        {
            _core.Clients.RefuseAll();
            _core.RemoveSelf("its pool was removed");
            return;
        }

        if (_intervalStarted)
        {
            _core.Peers.ForgetGone(Map);
            _core.State.OnActMap();
            GoOn();
        }
        else if (!_intervalStarting)
        {
            _intervalStarting = true;
            _core.StartInterval(() =>
            {
                _intervalStarted = true;
                GoOn();
            });
        }
    }

    // With those who waited for this map, or for peering to begin.
    private void GoOn()
    {
        _router.OnActMap();
        _core.Clients.OnActMap();
    }

    private void OnTick()
    {
        if (!_intervalStarted)
        {
            return;
        }

        _core.State.OnTick();
        _core.Lease.OnTick();
        _core.Replication.OnTick();
        _core.Recovery.OnTick();
        _core.Scrub.OnTick();
        _core.Clients.OnTick();
        _core.Stats.OnTick();
    }
}
