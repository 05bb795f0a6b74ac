using System.Collections.Immutable;
using Cairn.Maps;
using Cairn.Monitor.State.Wire;

namespace Cairn.Monitor.State.Liveness;

/// <summary>
/// Gathers failure reports on the leader and decides who is marked down. Volatile: reporters repeat themselves, so a new
/// leader knows in seconds what the old one knew.
/// </summary>
/// <remarks>Source: Ceph, "Configuring Monitor/OSD interaction".</remarks>
public sealed class FailureJudge
{
    private readonly SortedDictionary<OsdId, SortedDictionary<OsdId, Heard>> _reports = [];

    private sealed record Heard(Epoch UpFrom, Epoch ReporterUpFrom, FailureKind Kind, long AtMs);

    /// <summary>Takes a report in; one that is not about the OSDs as they are now is dropped.</summary>
    public void Add(OsdMap map, FailureReport report, long nowMs)
    {
        if (map.Osd(report.Reporter) is not { Up: true } reporter || reporter.UpFrom != report.ReporterUpFrom || report.Reporter == report.Osd
            || map.Osd(report.Osd) is not { Up: true } target || target.UpFrom != report.UpFrom)
        {
            return;
        }

        if (report.Kind == FailureKind.StillAlive)
        {
            _reports.GetValueOrDefault(report.Osd)?.Remove(report.Reporter);
            return;
        }

        if (!_reports.TryGetValue(report.Osd, out SortedDictionary<OsdId, Heard>? heard))
        {
            _reports[report.Osd] = heard = [];
        }

        heard[report.Reporter] = new Heard(report.UpFrom, report.ReporterUpFrom, report.Kind, nowMs);
    }

    /// <summary>Forgets everything: this monitor leads no more.</summary>
    public void Clear() => _reports.Clear();

    /// <summary>Who is to be marked down now.</summary>
    public ImmutableArray<OsdMarkDown> Judge(OsdMap map, LivenessOptions options, long nowMs)
    {
        DropStale(map, options, nowMs);
        if (map.Flags.HasFlag(OsdMapFlags.NoDown) || _reports.Count == 0)
        {
            return [];
        }

        var verdicts = ImmutableArray.CreateBuilder<OsdMarkDown>();
        int exist = map.Osds.Count(o => o is { Destroyed: false, New: false });
        int up = map.Osds.Count(o => o is { Up: true });
        foreach ((OsdId osd, SortedDictionary<OsdId, Heard> heard) in _reports)
        {
            if (up < options.UpRatioMin * exist)
            {
                break;
            }

            if (Verdict(map, options, osd, heard) is { } verdict)
            {
                verdicts.Add(verdict);
                up--;
            }
        }

        return verdicts.ToImmutable();
    }

    private static OsdMarkDown? Verdict(OsdMap map, LivenessOptions options, OsdId osd, SortedDictionary<OsdId, Heard> heard)
    {
        uint upFrom = map.Osd(osd)!.UpFrom.Value;
        foreach ((OsdId reporter, Heard report) in heard)
        {
            if (report.Kind == FailureKind.ProcessGone)
            {
                return new OsdMarkDown
                {
                    Osd = osd.Value,
                    UpFrom = upFrom,
                    Cause = DownCause.ProcessGone,
                    Reason = $"its host refuses connections (reported by {reporter})",
                };
            }
        }

        SortedSet<int> domains = [];
        foreach (OsdId reporter in heard.Keys)
        {
            domains.Add(Subtrees.DomainOf(map, reporter, options.ReporterSubtreeType));
        }

        int needed = Math.Min(options.DownReportersMin, PossibleDomains(map, options, osd));
        return domains.Count < Math.Max(needed, 1) ? null : new OsdMarkDown
        {
            Osd = osd.Value,
            UpFrom = upFrom,
            Cause = DownCause.Unresponsive,
            Reason = $"{heard.Count} reporters in {domains.Count} {options.ReporterSubtreeType}s get no answer",
        };
    }

    // A cluster of one or two hosts has no two witnesses: all that there can be are enough.
    private static int PossibleDomains(OsdMap map, LivenessOptions options, OsdId target)
    {
        SortedSet<int> domains = [];
        for (int i = 0; i < map.Osds.Length; i++)
        {
            if (i != target.Value && map.Osds[i] is { Up: true })
            {
                domains.Add(Subtrees.DomainOf(map, new OsdId(i), options.ReporterSubtreeType));
            }
        }

        return domains.Count;
    }

    private void DropStale(OsdMap map, LivenessOptions options, long nowMs)
    {
        foreach (OsdId osd in _reports.Keys.ToArray())
        {
            SortedDictionary<OsdId, Heard> heard = _reports[osd];
            OsdState? target = map.Osd(osd);
            foreach ((OsdId reporter, Heard report) in heard.ToArray())
            {
                bool counts = target is { Up: true } && target.UpFrom == report.UpFrom
                    && map.Osd(reporter) is { Up: true } by && by.UpFrom == report.ReporterUpFrom
                    && nowMs - report.AtMs < options.ReportLifetimeMs;
                if (!counts)
                {
                    heard.Remove(reporter);
                }
            }

            if (heard.Count == 0)
            {
                _reports.Remove(osd);
            }
        }
    }
}
