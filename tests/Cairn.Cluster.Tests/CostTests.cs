using System.Text.Json;
using Cairn.Cluster.Tests.Harness;

namespace Cairn.Cluster.Tests;

/// <summary>
/// What an operation may cost at most, in things that can be counted on any machine: system calls, wake-ups, allocated bytes, copies. The bounds
/// are what a path without any batching would need, or twice what was seen: only gross regressions pass them.
/// </summary>
public sealed class CostTests
{
    [Fact]
    public async Task An_operation_costs_no_more_calls_wakes_allocations_and_copies_than_its_path_has()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(mons: 1, osds: 3);
        await cluster.CreatePoolAsync("data", pgs: 16);

        // To the primary, to two replicas, back from them, back to the client: five frames. Each OSD's commit may wake its loop.
        JsonElement small = await BenchAsync(cluster, "write", "--size", "4KiB", "--objects", "3000", "--seconds", "0s", "-t", "16", "--keep", "--verify");
        Assert.InRange(OfOsds(small, "sends_per_op"), 0.5, 6);
        Assert.InRange(OfOsds(small, "receives_per_op"), 0.5, 10);
        Assert.InRange(OfOsds(small, "wakes_per_op"), 0, 4);
        Assert.InRange(OfOsds(small, "allocated_bytes_per_op"), 1, 40_000);
        Assert.Equal(0, small.GetProperty("mismatches").GetInt64());

        JsonElement read = await BenchAsync(cluster, "read", "--seconds", "2s", "-t", "16", "--verify");
        Assert.InRange(OfOsds(read, "sends_per_op"), 0.01, 1.5);
        Assert.InRange(OfOsds(read, "wakes_per_op"), 0, 1);
        Assert.InRange(OfOsds(read, "allocated_bytes_per_op"), 1, 20_000);

        // Nothing the size of the payload is allocated, though it passes three OSDs.
        JsonElement large = await BenchAsync(cluster, "write", "--size", "1MiB", "--objects", "100", "--seconds", "0s", "-t", "8", "--verify", "--name", "large");
        Assert.InRange(OfOsds(large, "allocated_bytes_per_op"), 1, 1 << 20);
        Assert.All(Osds(large), static osd => Assert.InRange(osd.GetProperty("copies_per_byte").GetDouble(), 0, 0.5));
    }

    private static async Task<JsonElement> BenchAsync(TestCluster cluster, string work, params string[] arguments) =>
        JsonSerializer.Deserialize<JsonElement>(await cluster.CairnAsync(["bench", work, "-p", "data", "--format", "json", .. arguments]));

    private static IEnumerable<JsonElement> Osds(JsonElement report) =>
        report.GetProperty("processes").EnumerateArray().Where(static p => p.GetProperty("name").GetString()!.StartsWith("osd.", StringComparison.Ordinal));

    private static double OfOsds(JsonElement report, string what)
    {
        Assert.Equal(3, Osds(report).Count());
        return Osds(report).Sum(osd => osd.GetProperty(what).GetDouble());
    }
}
