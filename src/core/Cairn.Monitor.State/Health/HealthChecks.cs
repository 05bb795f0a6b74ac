using Cairn.Maps.Stats;

namespace Cairn.Monitor.State.Health;

/// <summary>The checks found so far.</summary>
internal sealed class HealthChecks
{
    private const int DetailLinesMax = 50;

    private readonly List<HealthCheck> _all = [];

    public IReadOnlyList<HealthCheck> All => _all;

    /// <summary>Adds a check if there is anything to tell.</summary>
    public void AddIfAny(string code, HealthSeverity severity, IReadOnlyList<string> detail, Func<int, string> summary)
    {
        if (detail.Count > 0)
        {
            Add(code, severity, summary(detail.Count), (ulong)detail.Count, detail);
        }
    }

    public void Add(string code, HealthSeverity severity, string summary, ulong count, IReadOnlyList<string> detail)
    {
        HealthCheck check = new() { Code = code, Severity = severity, Summary = summary, Count = count };
        check.Detail.AddRange(detail.Take(DetailLinesMax));
        if (detail.Count > DetailLinesMax)
        {
            check.Detail.Add($"... and {detail.Count - DetailLinesMax} more");
        }

        _all.Add(check);
    }
}
