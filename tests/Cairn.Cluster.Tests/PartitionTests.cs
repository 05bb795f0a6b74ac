using Cairn.Client;
using Cairn.Cluster.Tests.Harness;
using Cairn.Maps;

namespace Cairn.Cluster.Tests;

/// <summary>Hosts cut off from the others by the network: nothing is refused to them, they hear nothing any more.</summary>
public sealed class PartitionTests
{
    [Fact]
    public async Task Hosts_that_are_cut_off_are_replaced_and_taken_back_and_nothing_is_lost()
    {
        SkipUnlessPossible();
        await using NetworkCluster cluster = await NetworkCluster.StartAsync(hosts: 4, "osd_heartbeat_grace = 3s", "mon_osd_down_out_interval = 600s");
        await cluster.CairnAsync("pool", "create", "data", "--pg-num", "16", "--size", "3");
        await using CairnClient client = await cluster.ConnectAsync();
        await client.WaitForAsync("all PGs clean", static s => s.Pgs > 0 && s.PgStates.All(static p => p.State == "active+clean"), seconds: 90);
        PoolContext pool = await client.OpenPoolAsync("data");
        await using var recorder = new WriteRecorder(pool);
        recorder.Start();
        await recorder.WaitForMoreAsync(100, seconds: 90);

        // Host 3 has only an OSD; host 0 takes a monitor along, which may be the leader.
        foreach (int host in new[] { 3, 0 })
        {
            cluster.CutOff(host);
            await client.WaitForAsync($"osd.{host} down", static s => s.OsdsUp == 3, seconds: 90);
            await recorder.WaitForMoreAsync(100, seconds: 90);
            cluster.Rejoin(host);
            await client.WaitForAsync($"osd.{host} up", static s => s.OsdsUp == 4, seconds: 90);
            await recorder.WaitForMoreAsync(100, seconds: 90);
        }

        await recorder.StopAsync();
        await client.WaitForAsync("all PGs clean", static s => s.PgStates.All(static p => p.State.StartsWith("active+clean", StringComparison.Ordinal)), seconds: 120);
        await recorder.VerifyAsync(pool);
    }

    [Fact]
    public async Task A_primary_that_is_cut_off_together_with_a_monitor_and_a_client_reads_nothing_stale_to_it()
    {
        SkipUnlessPossible();
        await using NetworkCluster cluster = await NetworkCluster.StartAsync(hosts: 3, "osd_heartbeat_grace = 3s");
        await cluster.CairnAsync("pool", "create", "data", "--pg-num", "8", "--size", "3");
        await using CairnClient client = await cluster.ConnectAsync();
        await client.WaitForAsync("all PGs clean", static s => s.Pgs > 0 && s.PgStates.All(static p => p.State == "active+clean"), seconds: 90);
        PoolContext pool = await client.OpenPoolAsync("data");
        string name = Enumerable.Range(0, 1000).Select(static i => $"object-{i}")
            .First(n => client.Map.MapPg(client.Map.ObjectToPg(pool.PoolId, "", n)).ActingPrimary == new OsdId(0));
        await pool.WriteFullAsync(name, "old"u8.ToArray());
        Assert.Equal("old", (await ReadOnHost0Async(cluster, name)).Required().Output);

        cluster.CutOff(0);
        await client.WaitForAsync("osd.0 down", static s => s.OsdsUp == 2, seconds: 90);
        await pool.WriteFullAsync(name, "new"u8.ToArray());
        ProgramRun behind = await ReadOnHost0Async(cluster, name);
        Assert.True(behind.ExitCode != 0, $"cut off, it read '{behind.Output}'");

        cluster.Rejoin(0);
        await client.WaitForAsync("osd.0 up", static s => s.OsdsUp == 3, seconds: 90);
        Assert.Equal("new", (await ReadOnHost0Async(cluster, name, "60s")).Required().Output);
    }

    private static Task<ProgramRun> ReadOnHost0Async(NetworkCluster cluster, string name, string patience = "15s") =>
        cluster.TryCairnOnAsync(0, "get", "-p", "data", name, "-", "-o", $"rados_osd_op_timeout={patience}");

    private static void SkipUnlessPossible()
    {
        if (NetworkCluster.WhyNot() is { } reason)
        {
            Assert.Skip(reason);
        }
    }
}
