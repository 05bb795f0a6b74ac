using Cairn.Maps;
using Cairn.Maps.Commands;
using Cairn.Monitor.State.Applying;
using Cairn.Monitor.State.Wire;
using CsCheck;

namespace Cairn.Monitor.State.Tests;

public sealed class LogTests
{
    [Fact]
    public void All_changes_of_one_entry_make_one_epoch()
    {
        World world = World.WithOsds(4);
        Epoch before = world.Map.Epoch;
        world.Apply([.. Enumerable.Range(0, 3).Select(i => new Change { OsdMarkDown = new OsdMarkDown { Osd = i, UpFrom = world.Osd(i).UpFrom.Value } })]);
        Assert.Equal(before.Next, world.Map.Epoch);
        Assert.All(Enumerable.Range(0, 3), i => Assert.Equal(world.Map.Epoch, world.Osd(i).DownAt));
    }

    [Fact]
    public void A_command_before_the_cluster_is_made_is_refused_and_changes_nothing()
    {
        LogEntry entry = new() { StampUnixMs = 1, Changes = { new World().Change(new Command { OsdCreate = new OsdCreate { Uuid = WireGuid.Write(World.Fsid) } }) } };
        AppliedEntry applied = MonitorState.Empty.Apply(entry);
        Assert.Null(applied.State.Map);
        Assert.NotEqual(CommandStatus.Ok, applied.Results[0].Status);
    }

    [Fact]
    public void An_entry_that_changes_nothing_makes_no_epoch()
    {
        World world = World.WithOsds(1);
        Epoch before = world.Map.Epoch;
        world.Command(new Command { OsdIn = new OsdIn { Osds = { 0 } } });
        Assert.Equal(before, world.Map.Epoch);
    }

    [Fact]
    public void A_command_sent_again_gets_its_first_answer_and_is_not_applied()
    {
        World world = World.WithOsds(3);
        Change create = world.Change(new Command { PoolCreate = new PoolCreate { Name = "p", Size = 3, PgNum = 8 } });
        ChangeResult first = world.Apply(create)[0];
        world.Command(new Command { PoolRename = new PoolRename { Name = "p", NewName = "q" } });
        Assert.Equal(first, world.Apply(create)[0]);
        Assert.Equal(["q"], world.Map.Pools.Values.Select(p => p.Name));
    }

    [Fact]
    public void A_command_twice_in_one_entry_is_applied_once()
    {
        World world = World.WithOsds(3);
        Change create = world.Change(new Command { PoolCreate = new PoolCreate { Name = "p", Size = 3, PgNum = 8 } });
        IReadOnlyList<ChangeResult> results = world.Apply(create, create);
        Assert.Equal(results[0], results[1]);
        Assert.Single(world.Map.Pools);
    }

    [Fact]
    public void A_command_without_an_id_is_refused()
    {
        World world = new();
        Assert.Equal(CommandStatus.Invalid, world.Apply(new Change { Command = new Command { OsdIn = new OsdIn() } })[0].Status);
    }

    [Fact]
    public void A_leaders_clock_that_is_behind_does_not_turn_time_back()
    {
        World world = World.WithOsds(1);
        world.NowMs -= 500_000;
        world.MarkDown(0);
        Assert.Equal(1_000_000, world.State.StampUnixMs);
        Assert.Equal(1_000_000, world.State.OsdRecordOf(new OsdId(0)).DownSinceUnixMs);
    }

    [Fact]
    public void Bans_and_mutes_end_by_the_clock()
    {
        World world = new();
        world.Command(new Command { BlocklistAdd = new BlocklistAdd { Who = "client.1", DurationMs = 1000 } });
        world.Command(new Command { HealthMute = new Maps.Commands.HealthMute { Code = "OSD_DOWN", DurationMs = 1000 } });
        Assert.Single(world.Map.Blocklist);
        world.NowMs += 1000;
        world.Apply(new Change { Expire = new Expire() });
        Assert.Empty(world.Map.Blocklist);
        Assert.Empty(world.State.Mutes);
    }

    [Fact]
    public void Only_the_newest_commands_are_remembered()
    {
        World world = new();
        for (int i = 0; i < CommandMemory.CommandsMax + 10; i++)
        {
            world.Apply(world.Change(new Command { OsdIn = new OsdIn() }));
        }

        Assert.Equal(CommandMemory.CommandsMax, world.State.Commands.Count);
    }

    [Fact]
    public void The_same_log_gives_the_same_state_with_or_without_a_snapshot_in_between() =>
        Gen.Int[0, 1_000_000].Sample(seed =>
        {
            World world = RandomHistory(seed);
            MonitorState replayed = MonitorState.Empty;
            for (int i = 0; i < world.Log.Count; i++)
            {
                replayed = replayed.Apply(world.Log[i]).State;
                if (i % 7 == seed % 7)
                {
                    replayed = SnapshotCodec.Decode(SnapshotCodec.Encode(replayed));
                }
            }

            return SnapshotCodec.Encode(world.State).AsSpan().SequenceEqual(SnapshotCodec.Encode(replayed));
        }, iter: 60, threads: 1);

    [Fact]
    public void Followers_of_the_incrementals_have_the_leaders_map_at_every_epoch() =>
        Gen.Int[0, 1_000_000].Sample(seed =>
        {
            World world = RandomHistory(seed);
            OsdMap map = world.State.History.Rebuild(world.State.History.Oldest)!;
            while (map.Epoch < world.Map.Epoch)
            {
                bool kept = world.State.History.TryGetDelta(map.Epoch.Next, out ReadOnlyMemory<byte> delta);
                map = map.Apply(OsdMapIncremental.Decode(delta.Span));
                if (!kept || !world.State.History.Rebuild(map.Epoch)!.Equals(map))
                {
                    return false;
                }
            }

            return map.Encode().AsSpan().SequenceEqual(world.Map.Encode());
        }, iter: 40, threads: 1);

    [Fact]
    public void Trimming_keeps_500_epochs_and_every_kept_one_can_be_rebuilt()
    {
        World world = World.WithOsds(2);
        for (int i = 0; i < 700; i++)
        {
            world.Command(new Command { ChangeFlags = i % 2 == 0 ? new ChangeFlags { Set = { "noout" } } : new ChangeFlags { Unset = { "noout" } } });
        }

        world.Apply(new Change { TrimMaps = new TrimMaps { OldestEpoch = world.Map.Epoch.Value } });

        Assert.Equal(world.Map.Epoch.Value - 500, world.State.History.Oldest.Value);
        Assert.Null(world.State.History.Rebuild(new Epoch(world.State.History.Oldest.Value - 1)));
        OsdMap oldest = world.State.History.Rebuild(world.State.History.Oldest)!;
        Assert.Equal(world.State.History.Oldest, oldest.Epoch);
        Assert.Equal(world.Map, world.State.History.Rebuild(world.Map.Epoch));
    }

    private static World RandomHistory(int seed)
    {
        // The test's own generator: System.Random with a seed replays.
        Random random = new(seed);
        World world = World.WithOsds(4);
        ulong incarnation = 10;
        for (int i = 0; i < 40; i++)
        {
            world.NowMs += random.Next(5000);
            List<Change> changes = [];
            for (int n = random.Next(1, 4); n > 0; n--)
            {
                int osd = random.Next(5);
                OsdState? state = world.Map.Osd(new OsdId(osd));
                changes.Add(random.Next(9) switch
                {
                    0 => world.Change(new Command { PoolCreate = new PoolCreate { Name = $"p{random.Next(4)}", Size = random.Next(1, 5), PgNum = 8 } }),
                    1 => new Change { OsdMarkDown = new OsdMarkDown { Osd = osd, UpFrom = state?.UpFrom.Value ?? 0 } },
                    2 => new Change { OsdBooted = World.Boot(osd, incarnation++) },
                    3 => new Change { OsdMarkOut = new OsdMarkOut { Osd = osd, DownAt = state?.DownAt.Value ?? 0 } },
                    4 => world.Change(new Command { OsdReweight = new OsdReweight { Osd = osd, Weight = random.NextDouble() } }),
                    5 => world.Change(new Command { CrushMove = new CrushMove { Item = $"host{osd}", Location = { new CrushLocation { Type = "rack", Name = $"r{osd % 2}" } } } }),
                    6 => world.Change(new Command { PoolRemove = new PoolRemove { Name = $"p{osd}", ConfirmName = $"p{osd}" } }),
                    7 => new Change { OsdAlive = new OsdAlive { Osd = osd, UpFrom = state?.UpFrom.Value ?? 0, UpThru = world.Map.Epoch.Value } },
                    _ => world.Change(new Command { PgTempSet = new PgTempSet { Pg = $"{random.Next(1, 4)}.{random.Next(8)}", Acting = { osd } } }),
                });
            }

            world.Apply([.. changes]);
        }

        return world;
    }
}
