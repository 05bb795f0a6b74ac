using Cairn.Client;
using Cairn.Cluster.Tests.Harness;
using Cairn.Messaging.Wire;

namespace Cairn.Cluster.Tests;

/// <summary>OSDs that hang, come back, are added and are sent away, under load.</summary>
public sealed class MembershipTests
{
    [Fact]
    public async Task An_OSD_that_hangs_is_marked_down_and_serves_again_when_it_wakes()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(mons: 1, osds: 3);
        await cluster.CreatePoolAsync("data");
        await using CairnClient client = await cluster.ConnectAsync();
        PoolContext pool = await client.OpenPoolAsync("data");
        await using var recorder = new WriteRecorder(pool);
        recorder.Start();
        await recorder.WaitForMoreAsync(200, seconds: 20);

        await cluster.DevAsync("freeze", "osd.2");
        await cluster.WaitForAsync("osd.2 down", static s => s.OsdsUp == 2, seconds: 20);
        await recorder.WaitForMoreAsync(200, seconds: 10);
        await cluster.DevAsync("thaw", "osd.2");
        await cluster.WaitForAsync("osd.2 up", static s => s.OsdsUp == 3);
        await recorder.WaitForMoreAsync(200, seconds: 10);
        await recorder.StopAsync();
        await cluster.WaitForCleanAsync();
        await recorder.VerifyAsync(pool);
    }

    [Fact]
    public async Task An_OSD_that_is_added_takes_its_share_and_one_sent_out_gives_its_own_away()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(mons: 1, osds: 3);
        await cluster.CreatePoolAsync("data", pgs: 32);
        await using CairnClient client = await cluster.ConnectAsync();
        PoolContext pool = await client.OpenPoolAsync("data");
        await using var recorder = new WriteRecorder(pool);
        recorder.Start();
        await recorder.WaitForMoreAsync(200, seconds: 20);

        await cluster.DevAsync("add-osd");
        await cluster.WaitForAsync("osd.3 in", static s => s.OsdsIn == 4);
        await cluster.WaitForCleanAsync();
        Assert.NotEqual(0u, await PgsOfAsync(client, 3));
        await recorder.WaitForMoreAsync(100, seconds: 10);

        await cluster.CairnAsync("osd", "out", "0");
        await cluster.WaitForAsync("osd.0 out", static s => s.OsdsIn == 3);
        await cluster.WaitForCleanAsync();
        Assert.Equal(0u, await PgsOfAsync(client, 0));
        await recorder.StopAsync();
        await recorder.VerifyAsync(pool);
    }

    /// <summary>How many PGs the map wants on an OSD.</summary>
    private static async Task<uint> PgsOfAsync(CairnClient client, int osd)
    {
        DfReply df = await client.Monitors.CallAsync((monitor, options) => monitor.DfAsync(new DfRequest(), options), CancellationToken.None);
        return df.Osds.Single(o => o.Osd_ == osd).Pgs;
    }
}
