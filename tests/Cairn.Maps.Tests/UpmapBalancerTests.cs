using CsCheck;

namespace Cairn.Maps.Tests;

public sealed class UpmapBalancerTests
{
    private static readonly Gen<OsdMap> AnyCluster =
        from racks in Gen.Int[1, 3]
        from hosts in Gen.Int[3, 6]
        from osds in Gen.Int[1, 4]
        from pgNum in Gen.UInt[16, 200]
        from seed in Gen.UInt
        select Clusters.Build(racks, hosts, osds, osd => 0x10000 + (0x8000 * (((uint)osd * seed) >> 31))).WithPool(1, pgNum);

    [Fact]
    public void Brings_every_OSD_of_equal_hosts_within_one_PG_of_its_share()
    {
        OsdMap map = Clusters.Build(3, 4, 3).WithPool(1, 256);
        BalancerPlan plan = UpmapBalancer.Propose(map, [1], int.MaxValue);
        Assert.True(plan.DeviationBefore > 3, "the test needs an uneven start");
        Assert.True(plan.DeviationAfter <= 1, $"still {plan.DeviationAfter} off");
        Assert.Equal(plan.DeviationAfter, Deviation(plan.ApplyTo(map), 1), 9);
    }

    [Fact]
    public void Keeps_failure_domains_whatever_the_cluster() => AnyCluster.Sample(map =>
    {
        OsdMap balanced = UpmapBalancer.Propose(map, [1], int.MaxValue).ApplyTo(map);
        for (uint seed = 0; seed < map.Pools[1].PgNum; seed++)
        {
            PgMapping mapping = balanced.MapPg(new PgId(1, seed));
            Assert.Equal(3, mapping.Up.Length);
            Assert.Equal(3, mapping.Up.Select(o => map.Crush.Tree.AncestorOfType(o.Value, 1)).Distinct().Count());
        }
    }, iter: 200);

    [Fact]
    public void Never_makes_the_spread_worse_and_then_rests() => AnyCluster.Sample(map =>
    {
        BalancerPlan plan = UpmapBalancer.Propose(map, [1], int.MaxValue);
        Assert.True(plan.DeviationAfter <= plan.DeviationBefore + 1e-9);
        Assert.True(UpmapBalancer.Propose(plan.ApplyTo(map), [1], int.MaxValue).IsEmpty);
    }, iter: 200);

    [Fact]
    public void Moves_no_more_than_it_may()
    {
        OsdMap map = Clusters.Build(3, 4, 3).WithPool(1, 256);
        BalancerPlan plan = UpmapBalancer.Propose(map, [1], maxMoves: 5);
        Assert.Equal(5, plan.Moves);
        OsdMap balanced = plan.ApplyTo(map);
        int moved = Enumerable.Range(0, 256).Sum(seed =>
            balanced.MapPg(new PgId(1, (uint)seed)).Up.Except(map.MapPg(new PgId(1, (uint)seed)).Up).Count());
        Assert.True(moved <= 5);
    }

    [Fact]
    public void Drops_entries_that_no_longer_do_anything()
    {
        OsdMap map = Clusters.Build(1, 4, 1).WithPool(1, 4, size: 3);
        PgMapping mapping = map.MapPg(new PgId(1, 0));
        var absent = new OsdId(Enumerable.Range(0, 4).First(o => !mapping.Up.Contains(new OsdId(o))));
        map = map with { PgUpmapItems = map.PgUpmapItems.Add(new PgId(1, 0), [(absent, mapping.Up[0])]) };
        Assert.Empty(UpmapBalancer.Propose(map, [1], int.MaxValue).ApplyTo(map).PgUpmapItems);
    }

    private static double Deviation(OsdMap map, long pool)
    {
        Dictionary<int, int> counts = [];
        for (uint seed = 0; seed < map.Pools[pool].PgNum; seed++)
        {
            foreach (OsdId osd in map.MapPg(new PgId(pool, seed)).Up)
            {
                counts[osd.Value] = counts.GetValueOrDefault(osd.Value) + 1;
            }
        }

        double share = counts.Values.Sum() / (double)map.Osds.Length;
        return map.Osds.Select((_, osd) => Math.Abs(counts.GetValueOrDefault(osd) - share)).Max();
    }
}
