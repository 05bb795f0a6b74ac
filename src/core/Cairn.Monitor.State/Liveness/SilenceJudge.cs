using System.Collections.Immutable;
using Cairn.Maps;
using Cairn.Monitor.State.Stats;
using Cairn.Monitor.State.Wire;

namespace Cairn.Monitor.State.Liveness;

/// <summary>Marks down OSDs whose statistics stay away: the only sign left where no peer can report them.</summary>
/// <remarks>Source: Ceph, <c>mon_osd_report_timeout</c>.</remarks>
public sealed class SilenceJudge
{
    // Silence counts from when this leader first saw the incarnation: reports before that went to another leader, or to none.
    private readonly SortedDictionary<OsdId, (Epoch UpFrom, long SinceMs)> _seen = [];

    public void Clear() => _seen.Clear();

    public ImmutableArray<OsdMarkDown> Judge(OsdMap map, ClusterStats stats, LivenessOptions options, long nowMs)
    {
        if (map.Flags.HasFlag(OsdMapFlags.NoDown))
        {
            return [];
        }

        var verdicts = ImmutableArray.CreateBuilder<OsdMarkDown>();
        bool lonely = map.Osds.Count(o => o is { Up: true }) == 1;
        long limitMs = lonely ? Math.Min(options.LonelyStatsTimeoutMs, options.StatsTimeoutMs) : options.StatsTimeoutMs;
        for (int i = 0; i < map.Osds.Length; i++)
        {
            OsdId id = new(i);
            if (map.Osds[i] is not { Up: true } osd)
            {
                _seen.Remove(id);
                continue;
            }

            if (!_seen.TryGetValue(id, out (Epoch UpFrom, long SinceMs) seen) || seen.UpFrom != osd.UpFrom)
            {
                _seen[id] = seen = (osd.UpFrom, nowMs);
            }

            long heardMs = Math.Max(stats.ReportedAtMs(id) ?? seen.SinceMs, seen.SinceMs);
            if (nowMs - heardMs >= limitMs)
            {
                verdicts.Add(new OsdMarkDown
                {
                    Osd = i,
                    UpFrom = osd.UpFrom.Value,
                    Cause = DownCause.Unresponsive,
                    Reason = $"no statistics for {(nowMs - heardMs) / 1000} s",
                });
            }
        }

        return verdicts.ToImmutable();
    }
}
