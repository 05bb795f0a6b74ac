using Cairn.Maps.Stats;

namespace Cairn.Monitor.State.Health;

/// <summary>What is not as it should be. Codes are stable and Ceph's, so that alerts can be made of them.</summary>
/// <remarks>Source: Ceph documentation, "Health checks".</remarks>
public static class HealthJudge
{
    public static HealthReport Judge(HealthInput input)
    {
        HealthChecks checks = new();
        MonitorHealth.Check(input, checks);
        OsdHealth.Check(input, checks);
        PoolHealth.Check(input, checks);
        PgHealth.Check(input, checks);

        HealthReport report = new();
        foreach (HealthCheck check in checks.All.OrderByDescending(c => c.Severity).ThenBy(c => c.Code, StringComparer.Ordinal))
        {
            check.Muted = input.State.Mutes.ContainsKey(check.Code);
            report.Checks.Add(check);
            if (!check.Muted && check.Severity > report.Status)
            {
                report.Status = check.Severity;
            }
        }

        return report;
    }
}
