using Cairn.Maps;
using Cairn.Maps.Commands;
using Cairn.Messaging.Wire;
using Grpc.Core;

namespace Cairn.Monitor.Tests;

public sealed class QuorumTests
{
    [Fact]
    public async Task One_monitor_alone_is_a_quorum()
    {
        using TestQuorum quorum = await TestQuorum.StartAsync(1);
        CommandResult result = await quorum.CommandAsync(TestQuorum.CreateOsd(Guid.NewGuid()));
        Assert.Equal((CommandStatus.Ok, 0), (result.Status, result.Osd));
    }

    [Fact]
    public async Task A_command_to_any_of_three_monitors_shows_on_all()
    {
        using TestQuorum quorum = await TestQuorum.StartAsync(3);
        foreach (string name in quorum.Names)
        {
            CommandResult result = await quorum.Client(name).SubmitCommandAsync(TestQuorum.WithId(TestQuorum.CreateOsd(Guid.NewGuid())));
            Assert.Equal(CommandStatus.Ok, result.Status);
            OsdMap map = await quorum.MapAsync(name);
            Assert.True(map.Epoch.Value >= result.Epoch);
            Assert.NotNull(map.Osd(new OsdId(result.Osd)));
        }
    }

    [Fact]
    public async Task After_kill_9_of_the_leader_the_others_go_on_within_seconds()
    {
        using TestQuorum quorum = await TestQuorum.StartAsync(3);
        CommandResult before = await quorum.CommandAsync(TestQuorum.CreateOsd(Guid.NewGuid()));
        string first = await quorum.LeaderAsync();

        quorum.Kill(first);
        long killed = Environment.TickCount64;
        CommandResult after = await quorum.CommandAsync(TestQuorum.CreateOsd(Guid.NewGuid()));

        Assert.Equal(before.Osd + 1, after.Osd);
        Assert.InRange(Environment.TickCount64 - killed, 0, 10_000);
        TestContext.Current.TestOutputHelper?.WriteLine($"fail-over {Environment.TickCount64 - killed} ms");
        Assert.NotEqual(first, await quorum.LeaderAsync());
    }

    [Fact]
    public async Task Without_a_quorum_commands_fail_in_bounded_time_and_maps_are_still_served()
    {
        using TestQuorum quorum = await TestQuorum.StartAsync(3, "mon_client_timeout = 1s");
        CommandResult before = await quorum.CommandAsync(TestQuorum.CreateOsd(Guid.NewGuid()));
        string leader = await quorum.LeaderAsync();
        string survivor = quorum.Names.First(n => n != leader);
        // Acknowledged is not yet known to be so everywhere.
        await quorum.Client(survivor).SubmitCommandAsync(TestQuorum.WithId(new Command { OsdOut = new OsdOut { Osds = { before.Osd } } }));
        foreach (string name in quorum.Names.Where(n => n != survivor))
        {
            quorum.Kill(name);
        }

        RpcException failure = await Assert.ThrowsAsync<RpcException>(async () =>
            await quorum.Client(survivor).SubmitCommandAsync(
                TestQuorum.WithId(TestQuorum.CreateOsd(Guid.NewGuid())), deadline: DateTime.UtcNow.AddSeconds(20)));

        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
        Assert.Contains("quorum", failure.Status.Detail, StringComparison.Ordinal);
        Assert.Equal(before.Epoch, (await quorum.MapAsync(survivor)).Epoch.Value);
    }

    [Fact]
    public async Task A_command_sent_twice_applies_once_even_over_a_change_of_leader()
    {
        using TestQuorum quorum = await TestQuorum.StartAsync(3);
        Command command = TestQuorum.WithId(new Command { ChangeFlags = new ChangeFlags { Set = { "noout" } } });
        CommandResult first = await quorum.CommandAsync(command);
        await quorum.CommandAsync(new Command { ChangeFlags = new ChangeFlags { Unset = { "noout" } } });
        quorum.Kill(await quorum.LeaderAsync());

        CommandResult again = await quorum.CommandAsync(command);

        Assert.Equal(first, again);
        string leader = await quorum.LeaderAsync();
        Assert.Equal(OsdMapFlags.None, (await quorum.MapAsync(leader)).Flags);
    }
}
