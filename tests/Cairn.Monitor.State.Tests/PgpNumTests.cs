using System.Collections.Immutable;
using Cairn.Maps;
using Cairn.Maps.Commands;
using Cairn.Monitor.State.Splitting;
using Cairn.Monitor.State.Stats;

namespace Cairn.Monitor.State.Tests;

public sealed class PgpNumTests
{
    private const PgStates Clean = PgStates.Active | PgStates.Clean;

    private readonly World _world = World.WithOsds(4);

    public PgpNumTests()
    {
        _world.CreatePool("data", pgNum: 8);
        _world.Command(new Command { PoolSet = new PoolSet { Pool = "data", Variable = "pg_num", Value = "16" } });
    }

    private Pool Pool => _world.Map.FindPool("data")!;

    [Fact]
    public void Follows_when_all_PGs_of_the_split_pool_are_clean()
    {
        PoolSet raise = Assert.Single(Judge(Views(16, static _ => Clean)));
        Assert.Equal(CommandStatus.Ok, _world.Command(new Command { PoolSet = raise }).Status);
        Assert.Equal(16u, Pool.PgpNum);
        Assert.Empty(Judge(Views(16, static _ => Clean)));
    }

    [Fact]
    public void Waits_while_a_child_is_not_clean() =>
        Assert.Empty(Judge(Views(16, static seed => seed == 12 ? PgStates.Active | PgStates.Degraded : Clean)));

    [Fact]
    public void Waits_until_every_child_was_heard_of() => Assert.Empty(Judge(Views(15, static _ => Clean)));

    [Fact]
    public void Leaves_a_pool_alone_that_must_not_change()
    {
        _world.Command(new Command { PoolSet = new PoolSet { Pool = "data", Variable = "nopgchange", Value = "true" } });
        Assert.Empty(Judge(Views(16, static _ => Clean)));
    }

    private ImmutableArray<PoolSet> Judge(IReadOnlyList<PgView> views) => PgpNumJudge.Judge(_world.Map, () => views);

    private IReadOnlyList<PgView> Views(uint count, Func<uint, PgStates> state) =>
    [
        .. Enumerable.Range(0, (int)count).Select(seed => new PgId(Pool.Id, (uint)seed))
            .Select(pg => new PgView(pg, null, "", state(pg.Seed), _world.Map.MapPg(pg))),
    ];
}
