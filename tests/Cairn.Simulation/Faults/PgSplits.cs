using Cairn.Maps;
using Cairn.Simulation.Chance;
using Cairn.Simulation.Cluster;

namespace Cairn.Simulation.Faults;

/// <summary>Raises <c>pg_num</c>, and <c>pgp_num</c> some time after it.</summary>
public sealed class PgSplits(long meanGapUs, uint pgNumMax) : RepeatedFault(meanGapUs)
{
    public override void Heal(World world)
    {
    }

    protected override void Strike(World world, SeededRandom random, long untilUs)
    {
        if (world.Monitor.Map.Pools.IsEmpty)
        {
            return;
        }

        long id = random.Pick([.. world.Monitor.Map.Pools.Keys]);
        bool place = random.Chance(0.5);
        uint more = (uint)random.Between(1, 4);
        world.Monitor.Change(map =>
        {
            Pool pool = map.Pools[id];
            Pool after = place ? pool with { PgpNum = pool.PgNum } : pool with { PgNum = Math.Max(pool.PgNum, Math.Min(pgNumMax, pool.PgNum + more)) };
            return after == pool ? map : map with { Pools = map.Pools.SetItem(id, after with { LastChange = map.Epoch.Next }) };
        });
    }
}
