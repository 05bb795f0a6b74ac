using Cairn.Maps;
using Cairn.Maps.Commands;
using Cairn.Maps.Stats;
using Cairn.Monitor.State.Balancing;
using Cairn.Monitor.State.Stats;

namespace Cairn.Monitor.State.Tests;

public sealed class BalancerJudgeTests
{
    private const uint Pgs = 128;
    private const PgStates Clean = PgStates.Active | PgStates.Clean;

    private readonly World _world = World.WithOsds(8);
    private readonly BalancerOptions _options = new();

    public BalancerJudgeTests() => _world.CreatePool("data", size: 3, pgNum: Pgs);

    [Fact]
    public void Rounds_of_small_plans_bring_every_OSD_within_one_PG_of_its_share()
    {
        int rounds = 0;
        int moves = 0;
        for (BalancerPlan plan = Judge(Views()); !plan.IsEmpty; plan = Judge(Views()))
        {
            Assert.InRange(plan.Moves, 1, (int)(0.05 * Pgs * 3));
            moves += plan.Moves;
            rounds++;
            Assert.Equal(CommandStatus.Ok, _world.Command(new Command { UpmapPlan = plan.ToCommand(_world.Map) }).Status);
            Assert.InRange(rounds, 1, 20);
        }

        Assert.InRange(moves, 1, 40);
        int[] counts = new int[8];
        for (uint seed = 0; seed < Pgs; seed++)
        {
            foreach (OsdId osd in _world.Map.MapPg(new PgId(1, seed)).Up)
            {
                counts[osd.Value]++;
            }
        }

        Assert.All(counts, count => Assert.InRange(count, ((int)Pgs * 3 / 8) - 1, ((int)Pgs * 3 / 8) + 1));
    }

    [Fact]
    public void Nothing_moves_when_it_is_off() => Assert.True(BalancerJudge.Judge(_world.Map, Views(), _options with { Enabled = false }).IsEmpty);

    [Theory]
    [InlineData("norebalance")]
    [InlineData("nobackfill")]
    [InlineData("norecover")]
    public void Nothing_moves_while_an_admin_holds_data_still(string flag)
    {
        _world.Command(new Command { ChangeFlags = new ChangeFlags { Set = { flag } } });
        Assert.Equal($"flags set: {flag}", BalancerJudge.Objection(_world.Map, Views(), _options));
    }

    [Theory]
    [InlineData(PgStates.Active | PgStates.Degraded | PgStates.Undersized)]
    [InlineData(PgStates.Peering)]
    [InlineData(PgStates.Unknown)]
    [InlineData(PgStates.Active | PgStates.Clean | PgStates.Stale)]
    [InlineData(PgStates.Active | PgStates.BackfillTooFull)]
    public void Nothing_moves_while_a_single_PG_is_not_well(PgStates states)
    {
        PgView[] views = Views();
        views[77] = views[77] with { States = states, State = "ailing" };
        Assert.Equal($"pg {views[77].Pg} is ailing", BalancerJudge.Objection(_world.Map, views, _options));
        Assert.True(Judge(views).IsEmpty);
    }

    [Fact]
    public void Nothing_moves_while_an_OSD_that_is_in_is_down()
    {
        _world.MarkDown(5);
        Assert.StartsWith("osd.5 is in but down", BalancerJudge.Objection(_world.Map, Views(), _options), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 19)] // 5 % of 384 replicas.
    [InlineData(1, 15)] // One of a hundred is on its way already.
    [InlineData(4, 3)]
    [InlineData(5, 0)]
    public void What_is_misplaced_already_counts_against_the_throttle(ulong misplacedOfHundred, int movesMax)
    {
        PgView[] views = Views(misplacedOfHundred);
        int allowed = BalancerJudge.Objection(_world.Map, views, _options) is null ? BalancerJudge.MovesMax(_world.Map, views, _options.MisplacedRatioMax) : 0;
        Assert.Equal(movesMax, allowed);
        Assert.InRange(Judge(views).Moves, 0, movesMax);
    }

    private BalancerPlan Judge(PgView[] views) => BalancerJudge.Judge(_world.Map, views, _options);

    private PgView[] Views(ulong misplacedOfHundred = 0) =>
    [
        .. Enumerable.Range(0, (int)Pgs).Select(seed =>
        {
            PgId pg = new(1, (uint)seed);
            PgStat stat = new() { Pool = 1, Seed = pg.Seed, Objects = 50, ObjectCopies = 100, ObjectsMisplaced = misplacedOfHundred };
            return new PgView(pg, stat, "active+clean", Clean, _world.Map.MapPg(pg));
        }),
    ];
}
