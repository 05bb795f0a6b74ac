using Cairn.Maps.Stats;

namespace Cairn.Monitor.State.Health;

internal static class MonitorHealth
{
    public static void Check(HealthInput input, HealthChecks checks)
    {
        string[] down = [.. input.Monitors.Where(m => !input.MonitorsInQuorum.Contains(m))];
        checks.AddIfAny(
            "MON_DOWN",
            HealthSeverity.HealthWarn,
            [.. down.Select(m => $"mon.{m} is down (out of quorum)")],
            n => $"{n}/{input.Monitors.Count} mons down, quorum {string.Join(",", input.MonitorsInQuorum)}");
    }
}
