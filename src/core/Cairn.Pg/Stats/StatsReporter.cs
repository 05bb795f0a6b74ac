using Cairn.Maps;
using Cairn.Objects.Operations;
using Cairn.Pg.Backfill;
using Cairn.Pg.Effects;
using Cairn.Pg.Peering;

namespace Cairn.Pg.Stats;

/// <summary>Counts what the PG does, and publishes its stats: at once when its state changes, else with a tick.</summary>
internal sealed class StatsReporter(PgCore pg)
{
    private bool _changed;
    private bool _counted;
    private ulong _sequence;
    private long _readOps;
    private long _writeOps;
    private long _readBytes;
    private long _writeBytes;
    private long _lastActiveUnixMs;
    private long _lastCleanUnixMs;
    private long _publishedAtMs;

    /// <summary>A primary in peace is heard of at least this often: the monitor forgets stats with a leader change.</summary>
    private const long PublishEveryMs = 5000;

    public int ScrubErrors { get; set; }

    public void Changed() => _changed = true;

    public void MarkClean()
    {
        _lastCleanUnixMs = pg.Now.UnixMs;
        _changed = true;
    }

    public void CountRead(IReadOnlyList<StepResult> results)
    {
        _counted = true;
        _readOps++;
        foreach (StepResult result in results)
        {
            _readBytes += result.Data.Length;
        }
    }

    public void CountWrite(long bytes)
    {
        _counted = true;
        _writeOps++;
        _writeBytes += bytes;
    }

    public void OnTick()
    {
        _changed |= _counted || pg.Recovery.Count > 0 || pg.Backfills.Count > 0 || pg.NowMs - _publishedAtMs >= PublishEveryMs;
        _counted = false;
    }

    public void PublishIfChanged()
    {
        if (_changed && pg.IsPrimary && !pg.IsRemoved)
        {
            _changed = false;
            _publishedAtMs = pg.NowMs;
            pg.Effects.Add(new PublishStats(Build()));
        }
    }

    public PgStats Build()
    {
        int acting = pg.Interval.ActingCount;
        int lacking = Math.Max(0, pg.Pool.Size - acting);
        long missingThere = pg.Replicas.Sum(o => pg.Peers.TryGet(o, out Peer? peer) ? peer.Missing?.Count ?? 0 : 0);
        long unfilled = pg.Backfills.ObjectsDone;
        long incomplete = pg.IsActive ? pg.BackfillTargets.Count(o => pg.Peers[o].Info.IsIncomplete) * pg.ObjectCount : 0;
        long toFill = Math.Max(0, incomplete - unfilled);
        long degraded = (lacking * pg.ObjectCount) + missingThere + pg.Missing.Count;
        bool isActive = pg.State is Active;
        _lastActiveUnixMs = isActive ? pg.Now.UnixMs : _lastActiveUnixMs;
        _lastCleanUnixMs = pg.Progress.IsClean ? pg.Now.UnixMs : _lastCleanUnixMs;
        return new PgStats
        {
            Pg = pg.Id,
            ReportedBy = pg.Whoami,
            ReportedEpoch = pg.Map.Epoch,
            ReportedSequence = ++_sequence,
            State = PgStateText.Of(pg, isActive && degraded > 0 || lacking > 0 && isActive, lacking > 0, ScrubErrors),
            Up = pg.Interval.Up,
            Acting = pg.Interval.Acting,
            ActingPrimary = pg.Interval.Primary,
            LastUpdate = pg.Log.Head,
            LogTail = pg.Log.Tail,
            LogSize = pg.Log.Count,
            Objects = pg.ObjectCount,
            Bytes = pg.Bytes,
            Degraded = lacking > 0 ? Math.Max(0, degraded - unfilled) : degraded,
            Misplaced = lacking > 0 ? 0 : toFill,
            Unfound = isActive && !pg.Missing.IsEmpty ? pg.Sources.Unfound.Count() : 0,
            MissingOnPrimary = pg.Missing.Count,
            Created = pg.History.EpochCreated,
            LastEpochClean = pg.History.LastEpochClean,
            LastActiveUnixMs = _lastActiveUnixMs,
            LastCleanUnixMs = _lastCleanUnixMs,
            LastScrubUnixMs = pg.History.LastScrubUnixMs,
            LastDeepScrubUnixMs = pg.History.LastDeepScrubUnixMs,
            ScrubErrors = ScrubErrors,
            WaitingOps = pg.Clients.WaitingCount,
            BlockedBy = [.. pg.State.BlockedBy.Distinct().Order()],
            ReadOps = _readOps,
            WriteOps = _writeOps,
            ReadBytes = _readBytes,
            WriteBytes = _writeBytes,
            RecoveredObjects = pg.Recovery.RecoveredObjects,
            RecoveredBytes = pg.Recovery.RecoveredBytes,
        };
    }
}
