using Cairn.Maps;
using Cairn.Maps.Commands;
using Cairn.Monitor.State.Applying;
using Cairn.Monitor.State.Wire;

namespace Cairn.Monitor.State.Tests;

public sealed class OsdLifecycleTests
{
    [Fact]
    public void A_created_OSD_is_down_and_out_until_it_boots()
    {
        World world = new();
        ChangeResult result = world.Command(new Command { OsdCreate = new OsdCreate { Uuid = WireGuid.Write(World.UuidOf(0)) } });
        Assert.Equal(0, result.Osd);
        Assert.True(world.Osd(0) is { Up: false, In: false, New: true });

        world.Apply(new Change { OsdBooted = World.Boot(0) });

        Assert.True(world.Osd(0) is { Up: true, In: true, New: false });
        Assert.Equal(world.Map.Epoch, world.Osd(0).UpFrom);
        Assert.Equal(["host=host0", "root=default"], world.Map.Crush.Tree.LocationOf(0).Select(l => l.ToString()));
    }

    [Fact]
    public void The_same_uuid_gets_the_same_id()
    {
        World world = World.WithOsds(2);
        ChangeResult again = world.Command(new Command { OsdCreate = new OsdCreate { Uuid = WireGuid.Write(World.UuidOf(1)) } });
        Assert.Equal((CommandStatus.Ok, 1), (again.Status, again.Osd));
    }

    [Fact]
    public void A_boot_of_another_disk_is_refused()
    {
        World world = World.WithOsds(1);
        world.MarkDown(0);
        OsdBooted boot = World.Boot(0, 2);
        boot.Uuid = WireGuid.Write(World.UuidOf(7));
        Assert.Equal(CommandStatus.Refused, world.Apply(new Change { OsdBooted = boot })[0].Status);
        Assert.False(world.Osd(0).Up);
    }

    [Fact]
    public void A_boot_over_a_process_never_seen_down_marks_that_down_in_an_epoch_of_its_own()
    {
        World world = World.WithOsds(1);
        Epoch before = world.Map.Epoch;

        Assert.True(world.BootAgain(0).Retry);
        Assert.False(world.Osd(0).Up);
        Assert.Equal(before.Next, world.Osd(0).DownAt);

        Assert.Equal(CommandStatus.Ok, world.BootAgain(0).Status);
        Assert.True(world.Osd(0).Up);
        Assert.Equal(before.Next.Next, world.Osd(0).UpFrom);
    }

    [Fact]
    public void A_boot_in_the_same_entry_as_the_mark_down_waits_for_the_next_epoch()
    {
        World world = World.WithOsds(1);
        IReadOnlyList<ChangeResult> results = world.Apply(
            new Change { OsdMarkDown = new OsdMarkDown { Osd = 0, UpFrom = world.Osd(0).UpFrom.Value } },
            new Change { OsdBooted = World.Boot(0, 2) });
        Assert.True(results[1].Retry);
        Assert.False(world.Osd(0).Up);
    }

    [Fact]
    public void A_boot_sent_twice_changes_nothing_the_second_time()
    {
        World world = World.WithOsds(1);
        Epoch before = world.Map.Epoch;
        ChangeResult again = world.Apply(new Change { OsdBooted = World.Boot(0) })[0];
        Assert.Equal((CommandStatus.Ok, world.Osd(0).UpFrom.Value), (again.Status, again.Epoch));
        Assert.Equal(before, world.Map.Epoch);
    }

    [Fact]
    public void A_report_about_an_earlier_incarnation_does_not_hit_the_new_one()
    {
        World world = World.WithOsds(1);
        uint earlier = world.Osd(0).UpFrom.Value;
        world.MarkDown(0);
        world.BootAgain(0);
        world.Apply(new Change { OsdMarkDown = new OsdMarkDown { Osd = 0, UpFrom = earlier } });
        Assert.True(world.Osd(0).Up);
    }

    [Fact]
    public void An_OSD_marked_out_automatically_comes_in_with_the_weight_it_had_when_it_boots()
    {
        World world = World.WithOsds(4);
        world.Command(new Command { OsdReweight = new OsdReweight { Osd = 2, Weight = 0.5 } });
        world.MarkDown(2);
        world.Apply(new Change { OsdMarkOut = new OsdMarkOut { Osd = 2, DownAt = world.Osd(2).DownAt.Value } });
        Assert.False(world.Osd(2).In);

        world.BootAgain(2);

        Assert.Equal(0x8000u, world.Osd(2).Weight);
    }

    [Fact]
    public void An_OSD_that_an_admin_marked_out_stays_out_when_it_boots()
    {
        World world = World.WithOsds(4);
        world.Command(new Command { OsdOut = new OsdOut { Osds = { 2 } } });
        world.MarkDown(2);
        world.BootAgain(2);
        Assert.False(world.Osd(2).In);
    }

    [Fact]
    public void An_OSD_that_often_stops_answering_has_its_boot_held_back_longer_each_time()
    {
        World world = World.WithOsds(3);
        ulong incarnation = 2;
        for (int i = 0; i < 2; i++)
        {
            world.MarkDown(0, DownCause.Unresponsive);
            Assert.Equal(CommandStatus.Ok, world.BootAgain(0, incarnation++).Status);
        }

        world.MarkDown(0, DownCause.Unresponsive);
        ChangeResult held = world.BootAgain(0, incarnation++);
        Assert.Equal((true, 10_000L), (held.Retry, held.RetryAfterMs));

        world.NowMs += 10_000;
        Assert.Equal(CommandStatus.Ok, world.BootAgain(0, incarnation++).Status);
        world.MarkDown(0, DownCause.Unresponsive);
        Assert.Equal(20_000L, world.BootAgain(0, incarnation).RetryAfterMs);
    }

    [Fact]
    public void Crashes_and_restarts_are_no_flapping()
    {
        World world = World.WithOsds(3);
        for (ulong i = 2; i < 12; i++)
        {
            world.MarkDown(0);
            Assert.Equal(CommandStatus.Ok, world.BootAgain(0, i).Status);
        }
    }

    [Fact]
    public void Noup_and_noin_are_obeyed_at_boot()
    {
        World world = World.WithOsds(3);
        world.MarkDown(0);
        world.Command(new Command { ChangeFlags = new ChangeFlags { Set = { "noup" } } });
        Assert.True(world.BootAgain(0).Retry);

        world.Command(new Command { OsdCreate = new OsdCreate { Uuid = WireGuid.Write(World.UuidOf(3)) } });
        world.Command(new Command { ChangeFlags = new ChangeFlags { Set = { "noin" }, Unset = { "noup" } } });
        world.Apply(new Change { OsdBooted = World.Boot(3) });
        Assert.True(world.Osd(3) is { Up: true, In: false });
    }

    [Fact]
    public void An_unknown_OSD_among_many_changes_none()
    {
        World world = World.WithOsds(2);
        Assert.Equal(CommandStatus.NotFound, world.Command(new Command { OsdOut = new OsdOut { Osds = { 0, 9 } } }).Status);
        Assert.True(world.Osd(0).In);
    }

    [Fact]
    public void Only_a_down_OSD_is_removed_and_then_its_place_in_CRUSH_goes_too()
    {
        World world = World.WithOsds(3);
        Command remove = new() { OsdRemove = new OsdRemove { Osd = 1 } };
        Assert.Equal(CommandStatus.Refused, world.Command(remove).Status);
        world.MarkDown(1);
        Assert.Equal(CommandStatus.Refused, world.Command(remove).Status);
        world.Command(new Command { OsdOut = new OsdOut { Osds = { 1 } } });
        Assert.Equal(CommandStatus.Ok, world.Command(remove).Status);
        Assert.Null(world.Map.Osd(new OsdId(1)));
        Assert.Null(world.Map.Crush.Tree.FindItem("osd.1"));
    }

    [Fact]
    public void A_destroyed_id_is_taken_over_by_a_new_disk()
    {
        World world = World.WithOsds(3);
        world.MarkDown(1);
        world.Command(new Command { OsdDestroy = new OsdDestroy { Osd = 1, Confirm = true } });
        Assert.Equal(CommandStatus.Refused, world.BootAgain(1).Status);
        ChangeResult taken = world.Command(new Command { OsdCreate = new OsdCreate { Uuid = WireGuid.Write(World.UuidOf(8)), Id = 1 } });
        Assert.Equal((CommandStatus.Ok, 1), (taken.Status, taken.Osd));
        OsdBooted boot = World.Boot(1, 5);
        boot.Uuid = WireGuid.Write(World.UuidOf(8));
        Assert.Equal(CommandStatus.Ok, world.Apply(new Change { OsdBooted = boot })[0].Status);
    }

    [Fact]
    public void Up_thru_rises_only_for_the_living_incarnation_and_never_into_the_future()
    {
        World world = World.WithOsds(2);
        uint epoch = world.Map.Epoch.Value;
        uint upFrom = world.Osd(0).UpFrom.Value;
        Assert.Equal(CommandStatus.Invalid, Alive(epoch + 5, upFrom));
        Assert.Equal(CommandStatus.Refused, Alive(epoch, upFrom + 1));
        Assert.Equal(CommandStatus.Ok, Alive(epoch, upFrom));
        Assert.Equal(epoch, world.Osd(0).UpThru.Value);

        CommandStatus Alive(uint upThru, uint from) =>
            world.Apply(new Change { OsdAlive = new OsdAlive { Osd = 0, UpFrom = from, UpThru = upThru } })[0].Status;
    }
}
