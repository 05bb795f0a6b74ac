using Cairn.Maps;
using Cairn.Maps.Commands;
using Cairn.Maps.Stats;
using Cairn.Monitor.State.Liveness;
using Cairn.Monitor.State.Stats;
using Cairn.Monitor.State.Wire;

namespace Cairn.Monitor.State.Tests;

public sealed class FailureJudgeTests
{
    private static readonly LivenessOptions Options = new();
    private readonly FailureJudge _judge = new();

    [Fact]
    public void Two_reporters_on_one_host_are_one_voice()
    {
        World world = World.WithOsds(6, perHost: 2);
        Report(world, 2, 0);
        Report(world, 3, 0);
        Assert.Empty(Judge(world));
        Report(world, 4, 0);
        Assert.Equal([0], Judge(world));
    }

    [Fact]
    public void A_reporter_that_takes_its_word_back_does_not_count()
    {
        World world = World.WithOsds(4);
        Report(world, 1, 0);
        Report(world, 1, 0, FailureKind.StillAlive);
        Report(world, 2, 0);
        Assert.Empty(Judge(world));
    }

    [Fact]
    public void A_reporter_that_is_down_itself_does_not_count()
    {
        World world = World.WithOsds(4);
        Report(world, 1, 0);
        world.MarkDown(1);
        Report(world, 2, 0);
        Assert.Empty(Judge(world));
    }

    [Fact]
    public void A_refused_connection_is_the_hosts_own_word_and_enough()
    {
        World world = World.WithOsds(4);
        Report(world, 3, 0, FailureKind.ProcessGone);
        Assert.Equal([0], Judge(world));
    }

    [Fact]
    public void A_report_that_is_not_repeated_ends()
    {
        World world = World.WithOsds(4);
        Report(world, 1, 0);
        world.NowMs += Options.ReportLifetimeMs;
        Report(world, 2, 0);
        Assert.Empty(Judge(world));
    }

    [Fact]
    public void In_a_cluster_of_two_hosts_the_other_one_is_witness_enough()
    {
        World world = World.WithOsds(2);
        Report(world, 1, 0);
        Assert.Equal([0], Judge(world));
    }

    [Fact]
    public void On_a_single_host_its_other_OSDs_are_witness_enough()
    {
        World world = World.WithOsds(3, perHost: 3);
        Report(world, 1, 0);
        Assert.Equal([0], Judge(world));
    }

    [Fact]
    public void Nodown_is_obeyed()
    {
        World world = World.WithOsds(4);
        world.Command(new Command { ChangeFlags = new ChangeFlags { Set = { "nodown" } } });
        Report(world, 3, 0, FailureKind.ProcessGone);
        Assert.Empty(Judge(world));
    }

    [Fact]
    public void When_most_are_down_already_reports_are_no_longer_believed()
    {
        World world = World.WithOsds(8);
        for (int i = 0; i < 6; i++)
        {
            world.MarkDown(i);
        }

        Report(world, 6, 7, FailureKind.ProcessGone);
        Assert.Empty(Judge(world));
    }

    [Fact]
    public void An_OSD_that_no_other_could_report_is_missed_by_its_statistics()
    {
        World world = World.WithOsds(1);
        SilenceJudge judge = new();
        ClusterStats stats = new();
        Assert.Empty(judge.Judge(world.Map, stats, Options, world.NowMs));
        stats.Report(world.Map, new OsdStat { Osd = 0, UpFrom = world.Osd(0).UpFrom.Value }, [], world.NowMs + 5000);
        Assert.Empty(judge.Judge(world.Map, stats, Options, world.NowMs + 24_000));
        Assert.Equal(0, Assert.Single(judge.Judge(world.Map, stats, Options, world.NowMs + 25_000)).Osd);
    }

    private void Report(World world, int reporter, int osd, FailureKind kind = FailureKind.NoAnswer) => _judge.Add(
        world.Map,
        new FailureReport(new OsdId(reporter), world.Osd(reporter).UpFrom, new OsdId(osd), world.Osd(osd).UpFrom, kind, 6000),
        world.NowMs);

    private IEnumerable<int> Judge(World world) => _judge.Judge(world.Map, Options, world.NowMs).Select((OsdMarkDown v) => v.Osd);
}
