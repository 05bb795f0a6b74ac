using System.Text.Json;
using Cairn.Client;
using Cairn.Cluster.Tests.Harness;

namespace Cairn.Cluster.Tests;

/// <summary><c>cairn-osd store</c> on the store that a killed OSD left behind.</summary>
public sealed class StoreToolTests
{
    [Fact]
    public async Task A_killed_OSD_leaves_a_sound_store_that_can_be_looked_into()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(mons: 1, osds: 3);
        await cluster.CreatePoolAsync("data", pgs: 1);
        await using CairnClient client = await cluster.ConnectAsync();
        PoolContext pool = await client.OpenPoolAsync("data");
        await using var recorder = new WriteRecorder(pool);
        recorder.Start();
        await recorder.WaitForMoreAsync(300, seconds: 30);

        ProgramRun inUse = await StoreAsync(cluster, "fsck");
        Assert.Equal(1, inUse.ExitCode);
        Assert.NotEqual("", inUse.Error);

        await cluster.DevAsync("kill", "osd.0");
        await recorder.StopAsync();
        Assert.Contains("0 errors", (await StoreAsync(cluster, "fsck")).Required().Output, StringComparison.Ordinal);
        string pg = (await StoreAsync(cluster, "list-pgs")).Required().Output.Trim();
        using JsonDocument dump = JsonDocument.Parse((await StoreAsync(cluster, "dump", "--pg", pg)).Required().Output);
        Assert.NotEqual(0, dump.RootElement.GetProperty("log").GetArrayLength());
        Assert.Equal(pg, dump.RootElement.GetProperty("pg").GetString());
        using JsonDocument wal = JsonDocument.Parse((await StoreAsync(cluster, "dump", "--wal")).Required().Output);
        Assert.Contains("not damaged", (await StoreAsync(cluster, "repair", "--truncate-wal")).Required().Output, StringComparison.Ordinal);

        // The tools changed nothing: the OSD starts, and holds what it held.
        await cluster.DevAsync("start", "osd.0");
        await cluster.WaitForAsync("osd.0 up", static s => s.OsdsUp == 3);
        await cluster.WaitForCleanAsync();
        await recorder.VerifyAsync(pool);
    }

    private static Task<ProgramRun> StoreAsync(TestCluster cluster, params string[] arguments) =>
        CairnProgram.RunAsync("cairn-osd", ["store", .. arguments, "--id", "0", "--conf", cluster.ConfPath]);
}
