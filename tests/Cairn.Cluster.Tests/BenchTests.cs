using System.Text.Json;
using Cairn.Cluster.Tests.Harness;

namespace Cairn.Cluster.Tests;

/// <summary>`cairn bench` reads what it wrote, in pieces of any size.</summary>
public sealed class BenchTests
{
    [Fact]
    public async Task Objects_kept_are_whole_though_few_of_their_pieces_were_written()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(mons: 1, osds: 3);
        await cluster.CreatePoolAsync("data", pgs: 16);
        await BenchAsync(cluster, "write", "--size", "256KiB", "--op-size", "1KiB", "--objects", "12", "--pattern", "random", "--seconds", "0.1s", "--keep", "--verify");
        await BenchAsync(cluster, "read", "--seconds", "0.3s", "--verify");
        await BenchAsync(cluster, "read", "--op-size", "512", "--pattern", "sequential", "--seconds", "0.3s", "--verify");
        await BenchAsync(cluster, "mixed", "--size", "8KiB", "--op-size", "1KiB", "--objects", "20", "--seconds", "0.3s", "--name", "mixed", "--verify");
    }

    private static async Task BenchAsync(TestCluster cluster, string work, params string[] arguments)
    {
        JsonElement report = JsonSerializer.Deserialize<JsonElement>(await cluster.CairnAsync(["bench", work, "-p", "data", "--format", "json", .. arguments]));
        Assert.True(report.GetProperty("ops").GetInt64() > 0);
        Assert.Equal(0, report.GetProperty("errors").GetInt64());
    }
}
