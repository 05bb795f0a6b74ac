using System.Collections.Concurrent;
using Cairn.Maps.Commands;
using Cairn.Messaging.Wire;
using Grpc.Core;

namespace Cairn.Monitor.Tests;

public sealed class CrashTests
{
    [Fact]
    public async Task After_kill_9_of_all_monitors_under_load_every_acknowledged_command_is_there()
    {
        using TestQuorum quorum = await TestQuorum.StartAsync(3);
        for (int round = 0; round < 3; round++)
        {
            ConcurrentBag<string> acknowledged = await LoadUntilKilledAsync(quorum, round);
            Assert.NotEmpty(acknowledged);
            quorum.StartAll();
            string leader = await quorum.LeaderAsync();
            GetConfigReply config = await quorum.Client(leader).GetConfigAsync(new GetConfigRequest(), TestQuorum.WhenItListens);
            HashSet<string> present = [.. config.Options.Select(o => o.Section)];
            Assert.Subset(present, acknowledged.ToHashSet());
        }
    }

    [Fact]
    public async Task A_wiped_monitor_catches_up_from_its_peers()
    {
        using TestQuorum quorum = await TestQuorum.StartAsync(3);
        CommandResult first = await quorum.CommandAsync(TestQuorum.CreateOsd(Guid.NewGuid()));
        quorum.Kill("b");
        Directory.Delete(quorum.FolderOf("b"), recursive: true);
        CommandResult second = await quorum.CommandAsync(TestQuorum.CreateOsd(Guid.NewGuid()));

        Assert.Equal(0, (await quorum.MkfsAsync("b")).ExitCode);
        quorum.Start("b");

        Cairn.Maps.OsdMap map = await quorum.MapAsync("b", atLeast: second.Epoch);
        Assert.NotNull(map.Osd(new Cairn.Maps.OsdId(first.Osd)));
        Assert.NotNull(map.Osd(new Cairn.Maps.OsdId(second.Osd)));
    }

    [Fact]
    public async Task A_monitor_that_was_away_serves_every_epoch_it_missed()
    {
        using TestQuorum quorum = await TestQuorum.StartAsync(3);
        string leader = await quorum.LeaderAsync();
        string follower = quorum.Names.First(n => n != leader);
        uint before = (await quorum.MapAsync(follower)).Epoch.Value;
        quorum.Kill(follower);
        CommandResult last = await quorum.CommandAsync(TestQuorum.CreateOsd(Guid.NewGuid()));
        for (int i = 0; i < 20; i++)
        {
            last = await quorum.CommandAsync(TestQuorum.CreateOsd(Guid.NewGuid()));
        }

        quorum.Start(follower);
        await quorum.MapAsync(follower, atLeast: last.Epoch);

        MapUpdate maps = await quorum.Client(follower).GetMapsAsync(new GetMapsRequest { FirstEpoch = before, LastEpoch = last.Epoch });
        Cairn.Maps.OsdMap map = Cairn.Maps.OsdMap.Decode(maps.Full.Span);
        map = maps.Incrementals.Aggregate(map, (at, delta) => at.Apply(Cairn.Maps.OsdMapIncremental.Decode(delta.Span)));
        Assert.Equal((last.Epoch, 21), (map.Epoch.Value, map.Osds.Count(o => o is not null)));
    }

    private static async Task<ConcurrentBag<string>> LoadUntilKilledAsync(TestQuorum quorum, int round)
    {
        const int Enough = 150;
        ConcurrentBag<string> acknowledged = [];
        using CancellationTokenSource stop = new();
        TaskCompletionSource enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task[] writers = [.. Enumerable.Range(0, 16).Select(writer => Task.Run(async () =>
        {
            for (int i = 0; !stop.IsCancellationRequested; i++)
            {
                string section = $"client.r{round}w{writer}i{i}";
                try
                {
                    CommandResult result = await quorum.Client(quorum.Names[writer % 3]).SubmitCommandAsync(
                        TestQuorum.WithId(new Command { ConfigSet = new ConfigSet { Section = section, Name = "log_level", Value = "debug" } }),
                        cancellationToken: stop.Token);
                    Assert.Equal(CommandStatus.Ok, result.Status);
                    acknowledged.Add(section);
                }
                catch (RpcException)
                {
                    // Not acknowledged: it may be there or not.
                }

                if (acknowledged.Count >= Enough)
                {
                    enough.TrySetResult();
                }
            }
        }))];
        await enough.Task.WaitAsync(TestQuorum.Patience);
        Parallel.ForEach(quorum.Names, quorum.KillHard);
        await stop.CancelAsync();
        await Task.WhenAll(writers);
        return acknowledged;
    }
}
