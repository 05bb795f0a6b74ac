using System.Diagnostics;
using Cairn.Client;
using Cairn.Cluster.Tests.Harness;

namespace Cairn.Cluster.Tests;

/// <summary>The hierarchy of a living cluster, edited and exchanged; its balance.</summary>
public sealed class CrushTests
{
    [Fact]
    public async Task A_map_that_was_taken_out_and_changed_comes_in_unless_it_leaves_a_pool_without_places()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(mons: 1, osds: 3);
        await cluster.CreatePoolAsync("data");
        string folder = Path.GetDirectoryName(cluster.ConfPath)!;
        string text = Path.Combine(folder, "crush.txt");
        string compiled = Path.Combine(folder, "crush.bin");
        await cluster.CairnAsync("osd", "getcrushmap", "-o", text);
        await cluster.CairnAsync("osd", "getcrushmap", "--binary", "-o", compiled);
        Assert.Equal(await cluster.CairnAsync("crush", "decompile", text), await cluster.CairnAsync("crush", "decompile", compiled));

        await cluster.CairnAsync("osd", "crush", "set-device-class", "ssd", "0", "1", "2");
        await cluster.CairnAsync("osd", "crush", "rule", "create-replicated", "fast", "default", "host", "ssd");
        Assert.Contains("fast", await cluster.CairnAsync("osd", "crush", "rule", "ls"), StringComparison.Ordinal);
        await cluster.CairnAsync("osd", "crush", "reweight-subtree", "default", "2");
        Assert.NotEqual(await File.ReadAllTextAsync(text), await cluster.CairnAsync("osd", "getcrushmap"));

        await cluster.CairnAsync("osd", "crush", "weight-set", "create", "data", "positional");
        await cluster.CairnAsync("osd", "crush", "weight-set", "reweight", "data", "osd.1", "0.5", "0.75", "1");
        Assert.Equal("data", (await cluster.CairnAsync("osd", "crush", "weight-set", "ls")).Trim());
        Assert.Contains("0.50000 0.75000 1.00000", await cluster.CairnAsync("osd", "crush", "weight-set", "dump"), StringComparison.Ordinal);
        Assert.Contains("choose_args", await cluster.CairnAsync("osd", "getcrushmap"), StringComparison.Ordinal);
        await cluster.CairnAsync("osd", "setcrushmap", compiled);
        Assert.Equal(await File.ReadAllTextAsync(text), await cluster.CairnAsync("osd", "getcrushmap"));

        ProgramRun refused = await cluster.TryCairnAsync("osd", "crush", "rm", "osd.2");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("pool 'data' wants 3 copies, but its CRUSH rule could then place 2", refused.Error, StringComparison.Ordinal);
        await cluster.CairnAsync("osd", "crush", "rm", "osd.2", "--force");
        Assert.DoesNotContain("osd.2", await cluster.CairnAsync("osd", "getcrushmap"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_leader_evens_the_PGs_out_by_itself_and_writes_go_on()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(mons: 1, osds: 4, "balancer_interval=500ms", "target_max_misplaced_ratio=0.2");
        await cluster.CreatePoolAsync("data", size: 2, pgs: 64);
        await using CairnClient client = await cluster.ConnectAsync();
        PoolContext pool = await client.OpenPoolAsync("data");
        await using var recorder = new WriteRecorder(pool);
        recorder.Start();
        await recorder.WaitForMoreAsync(100, seconds: 20);
        await cluster.WaitForCleanAsync();
        await WaitForBalanceAsync(cluster);
        await cluster.WaitForCleanAsync();
        await recorder.WaitForMoreAsync(100, seconds: 20);
        await recorder.StopAsync();
        await recorder.VerifyAsync(pool);
        Assert.Contains("upmap", await cluster.CairnAsync("balancer", "status"), StringComparison.Ordinal);
    }

    /// <summary>Waits until no OSD is further than 1 PG from its fair share.</summary>
    private static async Task WaitForBalanceAsync(TestCluster cluster)
    {
        TimeSpan patience = TimeSpan.FromMinutes(2);
        long start = Stopwatch.GetTimestamp();
        string plan;
        do
        {
            plan = await cluster.CairnAsync("osd", "balance");
            Assert.True(Stopwatch.GetElapsedTime(start) < patience, $"not within {patience}:\n{plan}");
        }
        while (!plan.Contains("nothing to do", StringComparison.Ordinal));
    }
}
