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
        if (!world.Monitor.Map.Pools.TryGetValue(Simulation.PoolId, out Pool? pool))
        {
            return;
        }

        uint more = (uint)random.Between(1, 4);
        world.Monitor.Order(random.Chance(0.5)
            ? MonitorCommands.SetPool(pool.Name, "pgp_num", pool.PgNum)
            : MonitorCommands.SetPool(pool.Name, "pg_num", Math.Max(pool.PgNum, Math.Min(pgNumMax, pool.PgNum + more))));
    }
}
