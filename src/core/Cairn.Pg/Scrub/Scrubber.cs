using Cairn.Maps;
using Cairn.Objects;
using Cairn.Pg.Effects;
using Cairn.Pg.Inputs;
using Cairn.Pg.Messages;
using Cairn.Pg.Peering;
using Cairn.Pg.Reservations;

namespace Cairn.Pg.Scrub;

/// <summary>
/// Compares the copies of a clean PG, a chunk of objects at a time: metadata, and in a deep scrub every byte. Only writes to the present chunk
/// wait. A new interval ends it; it is due again then. So many PGs of an OSD at a time as its book of scrubs has places.
/// </summary>
/// <remarks>Source: Ceph documentation, "Scrub"; <c>osd_scrub_chunk_max</c> 25.</remarks>
internal sealed class Scrubber(PgCore pg)
{
    private const int ChunkObjectsMax = 25;

    /// <summary>Reported by object; those beyond are only counted.</summary>
    private const int ReportedMax = 1000;

    private readonly List<InconsistentObject> _found = [];
    private ScrubCommand? _ordered;
    private ScrubCommand? _running;
    private ScrubChunk? _chunk;
    private ulong _sequence;
    private int _errors;
    private bool _isReserving;
    private bool _isReserved;

    public bool IsScrubbing => _running is not null;

    public bool IsDeep => _running is { Deep: true };

    public bool IsRepairing => _running is { Repair: true };

    /// <summary>What the last scrub found.</summary>
    public IReadOnlyList<InconsistentObject> Inconsistencies { get; private set; } = [];

    /// <summary>Writes to the object wait while its part of the PG is compared.</summary>
    public bool Blocks(ObjectId id)
    {
        if (_chunk is null || !_chunk.Contains(id))
        {
            return false;
        }

        _chunk.Awaited.Add(id);
        return true;
    }

    public void EndInterval()
    {
        _chunk = null; // Its waiting writers start over with the interval.
        _running = null;
        _found.Clear();
        ReleaseReservation();
    }

    /// <summary>It is this PG's turn among those of the OSD; another's, if there is nothing to do any more.</summary>
    public void OnReserved()
    {
        if (_isReserving)
        {
            _isReserved = true;
            StartIfDue();
            if (!IsScrubbing)
            {
                ReleaseReservation();
            }
        }
    }

    public void OnCommand(AdminCommand command)
    {
        if (command is ScrubCommand scrub)
        {
            _ordered = scrub with { Deep = scrub.Deep || scrub.Repair };
            StartIfDue();
        }
    }

    public void OnTick()
    {
        if (_chunk is { IsAsked: true } chunk && pg.NowMs - chunk.AskedAtMs >= pg.Options.ResendMs)
        {
            Ask(chunk); // An answer may have been lost.
        }

        StartIfDue();
        GoOn();
    }

    /// <summary>Writes were committed everywhere.</summary>
    public void OnCommitted()
    {
        if (_chunk is { IsAsked: false })
        {
            GoOn();
        }
    }

    public void OnMessage(OsdId from, PgMessage message)
    {
        switch (message)
        {
            case ScrubRequest request when pg.State is ReplicaActive && from == pg.Interval.Primary:
                ScrubMapBuilder.Build(pg, request.After, request.UpTo, request.Deep, entries =>
                    pg.Send(from, new ScrubMap(request.Sequence, entries) { Pg = pg.Id, Epoch = pg.Map.Epoch }));
                break;
            case ScrubMap map when _chunk is { IsAsked: true } chunk && chunk.Sequence == map.Sequence:
                Collect(chunk, from, map.Entries);
                break;
            default:
                break; // Of a chunk that is over.
        }
    }

    private void StartIfDue()
    {
        if (IsScrubbing || !pg.IsActive || !pg.Progress.IsClean)
        {
            return;
        }

        if (_ordered is null && pg.History.LastScrubUnixMs == 0)
        {
            // A new PG has nothing to compare: its time counts from its beginning.
            pg.History = pg.History with { LastScrubUnixMs = pg.Now.UnixMs, LastDeepScrubUnixMs = pg.Now.UnixMs };
            return;
        }

        bool? due = ScrubSchedule.IsDeepDue(pg.Id, pg.History, pg.Map.Flags, pg.Pool.Flags, pg.Now.UnixMs);
        ScrubCommand? next = _ordered ?? (due is { } deep ? new ScrubCommand(deep, Repair: false) : null);
        if (next is null)
        {
            return;
        }

        if (!_isReserved)
        {
            Reserve();
            return;
        }

        _running = next;
        _ordered = null;
        _errors = 0;
        _found.Clear();
        pg.Stats.Changed();
        StartChunk(after: null);
    }

    private void Reserve()
    {
        if (!_isReserving)
        {
            _isReserving = true;
            int priority = _ordered is null ? ReservationPriority.DueScrub : ReservationPriority.OrderedScrub;
            pg.Effects.Add(new RequestReservation(ReservationSide.Scrub, priority, Backfill: false));
        }
    }

    private void ReleaseReservation()
    {
        if (_isReserving)
        {
            _isReserving = _isReserved = false;
            pg.Effects.Add(new ReleaseReservation(ReservationSide.Scrub));
        }
    }

    private void StartChunk(ObjectId? after)
    {
        var objects = pg.Catalog.ListObjects(pg.Id, after, ChunkObjectsMax);
        ObjectId? upTo = objects.Count < ChunkObjectsMax ? null : objects[^1].Id;
        _chunk = new ScrubChunk(++_sequence, after, upTo, pg.Log.Head);
        GoOn();
    }

    private void GoOn()
    {
        // What was begun before the chunk was closed must be on every copy, and in every catalog.
        bool isSettled = pg.Replication.InFlightCount == 0 || (_chunk is not null && pg.Replication.Committed >= _chunk.Head);
        if (_chunk is not { IsAsked: false } chunk || !isSettled)
        {
            return;
        }

        if (pg.Replication.SubmittedIn == pg.InputSerial)
        {
            pg.WakeAt(pg.NowMs); // The catalog doesn't show that write yet.
            return;
        }

        chunk.IsAsked = true;
        Ask(chunk);
        ScrubMapBuilder.Build(pg, chunk.After, chunk.UpTo, IsDeep, entries => Collect(chunk, pg.Whoami, entries));
    }

    private void Ask(ScrubChunk chunk)
    {
        chunk.AskedAtMs = pg.NowMs;
        foreach (OsdId osd in pg.Replicas)
        {
            if (!chunk.Maps.ContainsKey(osd))
            {
                pg.Send(osd, new ScrubRequest(chunk.Sequence, chunk.After, chunk.UpTo, IsDeep) { Pg = pg.Id, Epoch = pg.Map.Epoch });
            }
        }
    }

    private void Collect(ScrubChunk chunk, OsdId from, IReadOnlyList<ScrubEntry> entries)
    {
        if (_chunk != chunk)
        {
            return;
        }

        chunk.Maps = chunk.Maps.SetItem(from, entries);
        if (chunk.Maps.Count < pg.Replicas.Length + 1)
        {
            return;
        }

        // A write that was reading when the chunk was closed may have got in: then what was collected is of two states.
        bool wasWritten = pg.Log.EntriesAfter(chunk.Head).Exists(e => chunk.Contains(e.Object));
        if (!wasWritten)
        {
            Note(ScrubComparison.Compare(pg.Whoami, chunk.Maps, IsRemoved));
        }

        _chunk = null;
        if (wasWritten)
        {
            StartChunk(chunk.After);
        }
        else if (chunk.UpTo is { } last)
        {
            StartChunk(last);
        }
        else
        {
            Finish(); // Before those who wait go on: what is to be repaired must not change first.
        }

        foreach (ObjectId id in chunk.Awaited)
        {
            pg.Clients.OnFree(id);
        }
    }

    private void Note(IReadOnlyList<InconsistentObject> found)
    {
        foreach (InconsistentObject item in found)
        {
            if (pg.Missing.Contains(item.Object) || pg.Replicas.Any(o => pg.Peers[o].Missing is { } missing && missing.Contains(item.Object)))
            {
                continue; // Known, and on its way.
            }

            _errors += item.Bad.Count;
            pg.Tell(PgEventLevel.Error, $"scrub: {item}");
            if (_found.Count < ReportedMax)
            {
                _found.Add(item);
            }
        }
    }

    private bool IsRemoved(ObjectId id) => pg.Log.TryFindLatestChange(id, out LogEntry? entry) && entry.IsDelete;

    private void Finish()
    {
        ScrubCommand done = _running!;
        _running = null;
        ReleaseReservation();
        int repaired = 0;
        if (done.Repair)
        {
            repaired = _found.Where(f => ScrubRepair.TryStart(pg, f)).Sum(static f => f.Bad.Count);
        }

        Inconsistencies = [.. _found];
        pg.Stats.ScrubErrors = _errors - repaired;
        pg.History = pg.History with
        {
            LastScrubUnixMs = pg.Now.UnixMs,
            LastDeepScrubUnixMs = done.Deep ? pg.Now.UnixMs : pg.History.LastDeepScrubUnixMs,
        };
        pg.ShareHistory();
        pg.Stats.Changed();
        pg.Tell(
            _errors > 0 ? PgEventLevel.Error : PgEventLevel.Info,
            $"{(done.Deep ? "deep scrub" : "scrub")} found {_errors} errors{(done.Repair ? $", {repaired} of them being repaired" : "")}");
        pg.Progress.Evaluate();
    }
}
