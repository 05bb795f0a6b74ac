using System.Collections.Immutable;
using Cairn.Crush;
using Cairn.Maps;

namespace Cairn.Pg.Tests.Peering;

public sealed class PriorSetTests
{
    private static readonly Interval Now = new(new Epoch(20), [new(0)], new(0), [new(0)], new(0));

    [Fact]
    public void One_survivor_of_an_interval_is_enough()
    {
        PriorSet prior = PriorSet.Build(MapWithDown(2), Now, Past(rw: true, 1, 2), Epoch.None);
        Assert.False(prior.IsBlocked);
        Assert.Equal([new OsdId(0), new OsdId(1)], prior.Probe);
    }

    [Fact]
    public void An_interval_without_a_survivor_blocks()
    {
        PriorSet prior = PriorSet.Build(MapWithDown(1, 2), Now, Past(rw: true, 1, 2), Epoch.None);
        Assert.Equal([new OsdId(1), new OsdId(2)], prior.BlockedBy);
    }

    [Fact]
    public void An_interval_that_can_not_have_taken_writes_does_not_matter()
    {
        Assert.False(PriorSet.Build(MapWithDown(1, 2), Now, Past(rw: false, 1, 2), Epoch.None).IsBlocked);
    }

    [Fact]
    public void An_interval_before_the_last_activation_does_not_matter()
    {
        Assert.False(PriorSet.Build(MapWithDown(1, 2), Now, Past(rw: true, 1, 2), new Epoch(16)).IsBlocked);
    }

    [Fact]
    public void An_osd_declared_lost_is_not_waited_for()
    {
        OsdMap map = MapWithDown(1, 2);
        map = map with { Osds = map.Osds.SetItem(1, map.Osds[1]! with { LostAt = new Epoch(19) }) };
        Assert.False(PriorSet.Build(map, Now, Past(rw: true, 1, 2), Epoch.None).IsBlocked);
    }

    [Fact]
    public void An_osd_with_a_new_disk_can_not_tell_of_an_interval_before_it()
    {
        OsdMap map = MapWithDown(2);
        map = map with { Osds = map.Osds.SetItem(1, map.Osds[1]! with { CreatedIn = new Epoch(18) }) };
        PriorSet prior = PriorSet.Build(map, Now, Past(rw: true, 1, 2), Epoch.None);
        Assert.Equal([new OsdId(2)], prior.BlockedBy);
    }

    [Fact]
    public void A_destroyed_osd_is_neither_waited_for_nor_heard()
    {
        OsdMap map = MapWithDown(1, 2);
        map = map with { Osds = map.Osds.SetItem(1, map.Osds[1]! with { Destroyed = true }) };
        Assert.Equal([new OsdId(2)], PriorSet.Build(map, Now, Past(rw: true, 1, 2), Epoch.None).BlockedBy);
    }

    private static PastIntervals Past(bool rw, params int[] acting)
    {
        ImmutableArray<OsdId> set = [.. acting.Select(static o => new OsdId(o))];
        return new PastIntervals([new PastInterval(new Epoch(10), new Epoch(15), set, set, set[0], rw)]);
    }

    private static OsdMap MapWithDown(params int[] down) => new()
    {
        Fsid = Guid.Empty,
        Crush = new CrushMap(),
        Epoch = new Epoch(20),
        Osds = [.. Enumerable.Range(0, 3).Select(i => new OsdState { Uuid = Guid.Empty, Up = !down.Contains(i) })],
    };
}
