using Cairn.Maps;
using Cairn.Maps.Commands;
using Cairn.Maps.Stats;
using Cairn.Monitor.State.Health;
using Cairn.Monitor.State.Stats;

namespace Cairn.Monitor.State.Tests;

public sealed class HealthTests
{
    private readonly ClusterStats _stats = new();

    [Fact]
    public void A_whole_cluster_is_healthy()
    {
        World world = Healthy();
        HealthReport report = Judge(world);
        Assert.Equal((HealthSeverity.HealthOk, 0), (report.Status, report.Checks.Count));
    }

    [Fact]
    public void A_PG_whose_mapping_has_changed_is_not_believed_to_be_clean_any_more()
    {
        World world = Healthy();
        world.MarkDown(0);
        string[] codes = Codes(Judge(world));
        Assert.Contains("OSD_DOWN", codes);
        Assert.Contains("PG_AVAILABILITY", codes);
    }

    [Fact]
    public void A_silent_primary_makes_its_PGs_stale()
    {
        World world = Healthy();
        world.NowMs += 61_000;
        Assert.Contains(Judge(world).Checks, c => c.Code == "PG_AVAILABILITY" && c.Summary.Contains("8 pgs stale", StringComparison.Ordinal));
    }

    [Fact]
    public void A_new_leader_does_not_cry_about_PGs_it_has_not_heard_of_yet()
    {
        World world = World.WithOsds(3);
        world.CreatePool("p");
        Assert.DoesNotContain("PG_AVAILABILITY", Codes(Judge(world, leaderForMs: 0)));
        Assert.Contains(Judge(world).Checks, c => c.Summary == "Reduced data availability: 8 pgs inactive, 8 pgs unknown");
    }

    [Theory]
    [InlineData("active+undersized+degraded", "PG_DEGRADED", HealthSeverity.HealthWarn)]
    [InlineData("active+clean+inconsistent", "PG_DAMAGED", HealthSeverity.HealthErr)]
    [InlineData("down", "PG_AVAILABILITY", HealthSeverity.HealthWarn)]
    [InlineData("active+remapped+backfill_toofull", "PG_BACKFILL_FULL", HealthSeverity.HealthWarn)]
    public void A_PGs_state_shows_as_its_check(string state, string code, HealthSeverity severity)
    {
        World world = Healthy();
        Report(world, state, sequence: 2);
        HealthCheck check = Assert.Single(Judge(world).Checks, c => c.Code == code);
        Assert.Equal(severity, check.Severity);
    }

    [Theory]
    [InlineData(86, "OSD_NEARFULL")]
    [InlineData(91, "OSD_BACKFILLFULL")]
    [InlineData(96, "OSD_FULL")]
    public void A_fuller_OSD_gets_the_graver_check(ulong percent, string code)
    {
        World world = Healthy();
        _stats.Report(world.Map, Stat(world, 0, used: percent), [], world.NowMs);
        Assert.Equal([code], Codes(Judge(world)));
    }

    [Fact]
    public void A_muted_check_no_longer_makes_the_status_bad()
    {
        World world = Healthy();
        world.Command(new Command { ChangeFlags = new ChangeFlags { Set = { "noout" } } });
        Assert.Equal(HealthSeverity.HealthWarn, Judge(world).Status);
        world.Command(new Command { HealthMute = new Maps.Commands.HealthMute { Code = "OSDMAP_FLAGS" } });
        HealthReport report = Judge(world);
        Assert.Equal((HealthSeverity.HealthOk, true), (report.Status, report.Checks[0].Muted));
    }

    [Fact]
    public void A_monitor_out_of_quorum_is_a_warning()
    {
        Assert.Equal("1/3 mons down, quorum a,b", Assert.Single(Judge(Healthy(), quorum: ["a", "b"]).Checks).Summary);
    }

    [Fact]
    public void A_down_OSD_that_is_out_is_no_news()
    {
        World world = Healthy();
        world.MarkDown(0);
        world.Command(new Command { OsdOut = new OsdOut { Osds = { 0 } } });
        Assert.DoesNotContain("OSD_DOWN", Codes(Judge(world)));
    }

    [Fact]
    public void An_older_report_does_not_replace_a_newer_one()
    {
        World world = Healthy();
        Report(world, "active+clean+inconsistent", sequence: 5);
        Report(world, "active+clean", sequence: 4);
        Assert.Contains("PG_DAMAGED", Codes(Judge(world)));
    }

    [Fact]
    public void Rates_come_from_what_counters_grew_by_over_the_last_seconds()
    {
        World world = Healthy();
        for (uint i = 1; i <= 6; i++)
        {
            world.NowMs += 1000;
            Report(world, "active+clean", sequence: i + 1, writes: 100 * i);
        }

        // 8 PGs, 100 writes each and second; the second that has just begun does not count yet.
        Assert.Equal(8 * 100 * 5 / 6.0, _stats.Rates.WriteOps.PerSecond(world.NowMs), 3);
    }

    private World Healthy()
    {
        World world = World.WithOsds(3);
        world.CreatePool("p");
        Report(world, "active+clean", sequence: 1);
        return world;
    }

    private void Report(World world, string state, ulong sequence, ulong writes = 0)
    {
        Pool pool = world.Map.Pools.Values.First();
        for (uint seed = 0; seed < pool.PgNum; seed++)
        {
            PgMapping mapping = world.Map.MapPg(new PgId(pool.Id, seed));
            PgStat stat = new()
            {
                Pool = pool.Id,
                Seed = seed,
                State = state,
                ReportedEpoch = world.Map.Epoch.Value,
                ReportedSequence = sequence,
                ActingPrimary = mapping.ActingPrimary.Value,
                UpPrimary = mapping.UpPrimary.Value,
                WriteOps = writes,
            };
            stat.Up.AddRange(mapping.Up.Select(o => o.Value));
            stat.Acting.AddRange(mapping.Acting.Select(o => o.Value));
            _stats.Report(world.Map, Stat(world, mapping.ActingPrimary.Value, used: 10), [stat], world.NowMs);
        }
    }

    private static OsdStat Stat(World world, int osd, ulong used) => new()
    {
        Osd = osd,
        UpFrom = world.Osd(osd).UpFrom.Value,
        CapacityBytes = 100,
        UsedBytes = used,
        AvailableBytes = 100 - used,
    };

    private HealthReport Judge(World world, long leaderForMs = 60_000, string[]? quorum = null) => HealthJudge.Judge(new HealthInput(
        world.State,
        world.Map,
        [.. _stats.Pgs(world.Map, world.NowMs, staleAfterMs: 60_000)],
        _stats,
        ["a", "b", "c"],
        quorum ?? ["a", "b", "c"],
        PoolSizeDefault: 3,
        leaderForMs));

    private static string[] Codes(HealthReport report) => [.. report.Checks.Select(c => c.Code)];
}
