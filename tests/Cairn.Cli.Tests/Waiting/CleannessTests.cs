using System.Collections.Immutable;
using Cairn.Cli.Waiting;
using Cairn.Crush;
using Cairn.Maps;
using Cairn.Maps.Stats;

namespace Cairn.Cli.Tests.Waiting;

public sealed class CleannessTests
{
    private static readonly Guid Fsid = Guid.NewGuid();

    [Fact]
    public void All_PGs_active_and_clean_where_the_map_wants_them_is_clean()
    {
        OsdMap map = Map(down: null);
        Assert.Null(Cleanness.WhatIsMissing(map, Reports(map, "active+clean")));
        Assert.Null(Cleanness.WhatIsMissing(map, Reports(map, "active+clean+scrubbing+deep")));
    }

    [Fact]
    public void A_PG_in_another_state_is_named() =>
        Assert.Contains("1.0 active+recovering+degraded", Cleanness.WhatIsMissing(Map(null), Reports(Map(null), "active+recovering+degraded"))!, StringComparison.Ordinal);

    [Fact]
    public void A_PG_that_did_not_report_is_not_clean() =>
        Assert.Contains("8 of 8 PGs are not clean", Cleanness.WhatIsMissing(Map(null), [])!, StringComparison.Ordinal);

    [Fact]
    public void A_report_from_before_the_last_change_of_the_map_does_not_count() =>
        Assert.NotNull(Cleanness.WhatIsMissing(Map(down: 2), Reports(Map(down: null), "active+clean")));

    [Fact]
    public void Fewer_OSDs_than_copies_can_not_be_clean()
    {
        OsdMap map = Map(down: 2);
        Assert.Contains("has 2 OSDs of 3", Cleanness.WhatIsMissing(map, Reports(map, "active+clean"))!, StringComparison.Ordinal);
    }

    private static OsdMap Map(int? down)
    {
        CrushMap crush = CrushMap.CreateDefault();
        CrushEditor editor = new(crush);
        ImmutableArray<OsdState?>.Builder osds = ImmutableArray.CreateBuilder<OsdState?>();
        for (int id = 0; id < 3; id++)
        {
            editor.CreateOrMoveDevice(id, 0x10000, [new CrushLocation("root", "default"), new CrushLocation("host", $"host{id}")]);
            osds.Add(new OsdState { Uuid = Guid.NewGuid(), Up = id != down, New = false, Weight = OsdState.FullWeight });
        }

        Pool pool = new() { Id = 1, Name = "p", Size = 3, MinSize = 2, PgNum = 8, PgpNum = 8, CrushRule = 0 };
        return new OsdMap
        {
            Fsid = Fsid,
            Epoch = new Epoch(5),
            Osds = osds.ToImmutable(),
            Pools = ImmutableSortedDictionary<long, Pool>.Empty.Add(1, pool),
            Crush = editor.ToMap(),
        };
    }

    private static List<PgStat> Reports(OsdMap map, string state) =>
        [.. Enumerable.Range(0, 8).Select(seed => new PgStat
        {
            Pool = 1,
            Seed = (uint)seed,
            State = state,
            Acting = { map.MapPg(new PgId(1, (uint)seed)).Acting.Select(o => o.Value) },
        })];
}
