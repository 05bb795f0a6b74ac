using Cairn.Client;
using Cairn.Cluster.Tests.Harness;
using Cairn.Maps.Commands;

namespace Cairn.Cluster.Tests;

public sealed class MapCatchUpTests
{
    /// <summary>More than an OSD keeps in memory, and than the monitors keep of clean clusters.</summary>
    private const int Epochs = 1100;

    [Fact]
    public async Task An_OSD_that_was_away_for_a_thousand_epochs_catches_up()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(mons: 1, osds: 3);
        await cluster.CreatePoolAsync("data", pgs: 4);
        await using CairnClient client = await cluster.ConnectAsync();
        PoolContext pool = await client.OpenPoolAsync("data");
        await using var recorder = new WriteRecorder(pool, writers: 2);
        recorder.Start();
        await recorder.WaitForMoreAsync(50, seconds: 30);
        await cluster.DevAsync("kill", "osd.2");
        await cluster.WaitForAsync("osd.2 down", static s => s.OsdsUp == 2);
        await recorder.WaitForMoreAsync(50, seconds: 30);

        for (int i = 0; i < Epochs / 2; i++)
        {
            await client.CommandAsync(new Command { ChangeFlags = new ChangeFlags { Set = { "noscrub" } } });
            await client.CommandAsync(new Command { ChangeFlags = new ChangeFlags { Unset = { "noscrub" } } });
        }

        await cluster.DevAsync("start", "osd.2");
        await cluster.WaitForAsync("osd.2 up", static s => s.OsdsUp == 3);
        await recorder.WaitForMoreAsync(50, seconds: 30);
        await recorder.StopAsync();
        await cluster.WaitForCleanAsync();
        await recorder.VerifyAsync(pool);
    }
}
