using Cairn.Maps;
using Cairn.Maps.Stats;
using Cairn.Monitor.State.Stats;

namespace Cairn.Monitor.State.Health;

internal static class PoolHealth
{
    public static void Check(HealthInput input, HealthChecks checks)
    {
        checks.AddIfAny(
            "POOL_NO_REDUNDANCY",
            HealthSeverity.HealthWarn,
            [.. input.Map.Pools.Values.Where(p => p is { Size: 1, Type: PoolType.Replicated }).Select(p => $"pool '{p.Name}' has no replicas configured")],
            n => $"{n} pool(s) have no replicas configured");
        checks.AddIfAny("POOL_FULL", HealthSeverity.HealthWarn, FullPools(input), n => $"{n} pool(s) full");
    }

    private static string[] FullPools(HealthInput input) =>
    [
        .. input.Map.Pools.Values
            .Where(p => p.QuotaMaxBytes > 0 || p.QuotaMaxObjects > 0)
            .Select(p => WhyFull(p, PgSummary.Of(input.Pgs.Where(v => v.Pg.Pool == p.Id))))
            .OfType<string>(),
    ];

    private static string? WhyFull(Pool pool, PgSummary sum) =>
        pool.QuotaMaxBytes > 0 && sum.Bytes >= pool.QuotaMaxBytes
            ? $"pool '{pool.Name}' holds {sum.Bytes} bytes of a quota of {pool.QuotaMaxBytes}"
        : pool.QuotaMaxObjects > 0 && sum.Objects >= pool.QuotaMaxObjects
            ? $"pool '{pool.Name}' holds {sum.Objects} objects of a quota of {pool.QuotaMaxObjects}"
        : null;
}
