using Cairn.Client;
using Cairn.Cluster.Tests.Harness;

namespace Cairn.Cluster.Tests;

/// <summary>What acknowledged writes survive, with real processes and SIGKILL.</summary>
public sealed class CrashTests
{
    [Fact]
    public async Task Killing_an_OSD_under_load_loses_nothing_and_writes_go_on()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(mons: 1, osds: 4, "mon_osd_down_out_interval=5s");
        await cluster.CreatePoolAsync("data");
        await using CairnClient client = await cluster.ConnectAsync();
        PoolContext pool = await client.OpenPoolAsync("data");
        await using var recorder = new WriteRecorder(pool);
        recorder.Start();
        await recorder.WaitForMoreAsync(200, seconds: 20);

        await cluster.DevAsync("kill", "osd.1");
        await recorder.WaitForMoreAsync(200, seconds: 10);
        await cluster.WaitForAsync("osd.1 down and out", static s => s.OsdsUp == 3 && s.OsdsIn == 3);
        await cluster.WaitForCleanAsync();

        await cluster.DevAsync("start", "osd.1");
        await recorder.WaitForMoreAsync(200, seconds: 10);
        await cluster.WaitForAsync("osd.1 up and in", static s => s.OsdsUp == 4 && s.OsdsIn == 4);
        await recorder.StopAsync();
        await cluster.WaitForCleanAsync();
        await recorder.VerifyAsync(pool);
    }

    [Fact]
    public async Task Killing_the_leading_monitor_under_load_loses_nothing_and_writes_go_on()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(mons: 3, osds: 3);
        await cluster.CreatePoolAsync("data");
        await using CairnClient client = await cluster.ConnectAsync();
        PoolContext pool = await client.OpenPoolAsync("data");
        await using var recorder = new WriteRecorder(pool);
        recorder.Start();
        await recorder.WaitForMoreAsync(200, seconds: 20);

        string leader = await cluster.LeaderAsync();
        await cluster.DevAsync("kill", leader);
        await recorder.WaitForMoreAsync(500, seconds: 10);
        await cluster.CreatePoolAsync("made-without-the-old-leader");
        await cluster.DevAsync("start", leader);
        await recorder.StopAsync();
        await recorder.VerifyAsync(pool);
    }

    [Fact]
    public async Task Killing_everything_at_once_loses_no_acknowledged_write()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(mons: 3, osds: 3);
        await cluster.CreatePoolAsync("data");
        await using var recorder = await RecordUntilAllDieAsync(cluster);

        await cluster.DevAsync("start", "all");
        await cluster.WaitForCleanAsync();
        await using CairnClient client = await cluster.ConnectAsync();
        await recorder.VerifyAsync(await client.OpenPoolAsync("data"));
    }

    private static async Task<WriteRecorder> RecordUntilAllDieAsync(TestCluster cluster)
    {
        await using CairnClient client = await cluster.ConnectAsync();
        var recorder = new WriteRecorder(await client.OpenPoolAsync("data"));
        recorder.Start();
        await recorder.WaitForMoreAsync(500, seconds: 30);
        await cluster.DevAsync("kill", "all");
        await recorder.StopAsync();
        return recorder;
    }
}
