using System.Collections.Immutable;
using Cairn.Maps;
using Cairn.Maps.Stats;
using Cairn.Monitor.State.Liveness;
using Cairn.Monitor.State.Stats;
using Cairn.Monitor.State.Wire;

namespace Cairn.Monitor.Leading;

/// <summary>What only the leader knows, and loses with the lead: statistics and failure reports. One lock: calls come from many threads.</summary>
internal sealed class LeaderMemory
{
    private readonly Lock _gate = new();
    private readonly ClusterStats _stats = new();
    private readonly FailureJudge _failures = new();
    private readonly SilenceJudge _silence = new();
    private long _leadingSinceMs;

    /// <summary>The term of the lead that this memory belongs to; 0 while another monitor leads.</summary>
    public long Term { get; private set; }

    /// <summary>Names this lead: another after each restart, even in the same term, so that OSDs know to report everything again.</summary>
    public ulong LeadId { get; private set; }

    public void Begin(long term, long nowMs)
    {
        lock (_gate)
        {
            LeadId = ((ulong)nowMs << 8) + (byte)term;
            _stats.Clear();
            _failures.Clear();
            _silence.Clear();
            _leadingSinceMs = nowMs;
            Term = term;
        }
    }

    public void End()
    {
        lock (_gate)
        {
            Term = 0;
        }
    }

    public long LeadingForMs(long nowMs)
    {
        lock (_gate)
        {
            return nowMs - _leadingSinceMs;
        }
    }

    public void Report(OsdMap map, OsdStat osd, IReadOnlyList<PgStat> pgs, long nowMs)
    {
        lock (_gate)
        {
            _stats.Report(map, osd, pgs, nowMs);
        }
    }

    public void AddFailure(OsdMap map, FailureReport report, long nowMs)
    {
        lock (_gate)
        {
            _failures.Add(map, report, nowMs);
        }
    }

    public ImmutableArray<OsdMarkDown> JudgeFailures(OsdMap map, LivenessOptions options, long nowMs)
    {
        lock (_gate)
        {
            return
            [
                .. _failures.Judge(map, options, nowMs),
                .. _silence.Judge(map, _stats, options, nowMs),
            ];
        }
    }

    /// <summary>Looks at the statistics with nobody changing them.</summary>
    public T Read<T>(Func<ClusterStats, T> read)
    {
        lock (_gate)
        {
            return read(_stats);
        }
    }

    public void Prune(OsdMap map)
    {
        lock (_gate)
        {
            _stats.Prune(map);
        }
    }
}
