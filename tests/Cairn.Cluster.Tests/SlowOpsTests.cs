using System.Text.Json;
using Cairn.Client;
using Cairn.Cluster.Tests.Harness;

namespace Cairn.Cluster.Tests;

public sealed class SlowOpsTests
{
    [Fact]
    public async Task Operations_that_wait_for_a_hung_OSD_are_shown_and_make_the_cluster_warn()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(
            mons: 1, osds: 3, "osd_op_complaint_time=500ms", "osd_mon_report_interval=500ms", "osd_heartbeat_grace=600s");
        await cluster.CreatePoolAsync("data", pgs: 8);
        await using CairnClient client = await cluster.ConnectAsync();
        PoolContext pool = await client.OpenPoolAsync("data");
        await using var recorder = new WriteRecorder(pool);
        await cluster.DevAsync("freeze", "osd.2");
        recorder.Start();

        await cluster.WaitForAsync("slow ops", static s => s.Health.Checks.Any(static c => c.Code == "SLOW_OPS"));
        int shown = await SlowOpsOfAsync(cluster, 0) + await SlowOpsOfAsync(cluster, 1);
        Assert.NotEqual(0, shown);

        await cluster.DevAsync("thaw", "osd.2");
        await recorder.WaitForMoreAsync(100, seconds: 60);
        await cluster.WaitForAsync("no slow ops", static s => s.Health.Checks.All(static c => c.Code != "SLOW_OPS"));
        await recorder.StopAsync();
        await recorder.VerifyAsync(pool);
    }

    private static async Task<int> SlowOpsOfAsync(TestCluster cluster, int osd)
    {
        using JsonDocument reply = JsonDocument.Parse(await cluster.CairnAsync("osd", "ops", $"{osd}", "--slow", "--format", "json"));
        return reply.RootElement.GetProperty("ops").GetArrayLength();
    }
}
