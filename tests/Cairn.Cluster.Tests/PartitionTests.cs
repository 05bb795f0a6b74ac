using Cairn.Client;
using Cairn.Cluster.Tests.Harness;

namespace Cairn.Cluster.Tests;

/// <summary>Hosts cut off from the others by the network: nothing is refused to them, they hear nothing any more.</summary>
public sealed class PartitionTests
{
    [Fact]
    public async Task Hosts_that_are_cut_off_are_replaced_and_taken_back_and_nothing_is_lost()
    {
        if (NetworkCluster.WhyNot() is { } reason)
        {
            Assert.Skip(reason);
        }

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
}
