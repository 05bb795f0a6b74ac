using Cairn.Maps.Commands;
using Cairn.Monitor.State.Liveness;
using Cairn.Monitor.State.Wire;

namespace Cairn.Monitor.State.Tests;

public sealed class OutJudgeTests
{
    private static readonly LivenessOptions Options = new();

    [Fact]
    public void An_OSD_is_marked_out_when_the_interval_is_over_and_not_before()
    {
        World world = World.WithOsds(4);
        world.MarkDown(1);
        world.NowMs += Options.DownOutIntervalMs - 1;
        Assert.Empty(Judge(world));
        world.NowMs++;
        Assert.Equal([1], Judge(world));
    }

    [Fact]
    public void Noout_is_obeyed()
    {
        World world = World.WithOsds(4);
        world.Command(new Command { ChangeFlags = new ChangeFlags { Set = { "noout" } } });
        world.MarkDown(1);
        world.NowMs += Options.DownOutIntervalMs;
        Assert.Empty(Judge(world));
    }

    [Fact]
    public void No_more_are_marked_out_than_leave_three_quarters_in()
    {
        World world = World.WithOsds(8);
        for (int i = 0; i < 4; i++)
        {
            world.MarkDown(i);
        }

        world.NowMs += Options.DownOutIntervalMs;
        Assert.Equal([0, 1], Judge(world));
    }

    [Fact]
    public void A_rack_that_is_down_as_a_whole_is_not_marked_out()
    {
        World world = World.WithOsds(8);
        foreach (int host in new[] { 0, 1 })
        {
            world.Command(new Command
            {
                CrushMove = new CrushMove
                {
                    Item = $"host{host}",
                    Location = { new CrushLocation { Type = "rack", Name = "r1" }, new CrushLocation { Type = "root", Name = "default" } },
                },
            });
        }

        world.MarkDown(0);
        world.NowMs += Options.DownOutIntervalMs;
        Assert.Equal([0], Judge(world));
        world.MarkDown(1);
        Assert.Empty(Judge(world));
    }

    [Fact]
    public void The_verdict_on_an_OSD_that_came_back_meanwhile_is_void()
    {
        World world = World.WithOsds(4);
        world.MarkDown(1);
        world.NowMs += Options.DownOutIntervalMs;
        OsdMarkOut verdict = OutJudge.Judge(world.State, Options, world.NowMs)[0];
        world.BootAgain(1);
        world.MarkDown(1);
        world.Apply(new Change { OsdMarkOut = verdict });
        Assert.True(world.Osd(1).In);
    }

    private static IEnumerable<int> Judge(World world) => OutJudge.Judge(world.State, Options, world.NowMs).Select(v => v.Osd);
}
