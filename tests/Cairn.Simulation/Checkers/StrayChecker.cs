using Cairn.Maps;
using Cairn.Simulation.Cluster;

namespace Cairn.Simulation.Checkers;

/// <summary>Some time after all is clean, only the OSDs that should hold a PG do.</summary>
public sealed class StrayChecker : IChecker
{
    public IEnumerable<Violation> Check(World world)
    {
        OsdMap map = world.Monitor.Map;
        foreach (SimOsd osd in world.Osds)
        {
            foreach (PgId pg in osd.Disk.Store.ListCollections())
            {
                if (!map.Pools.TryGetValue(pg.Pool, out Pool? pool) || pg.Seed >= pool.PgNum || !world.Placement.Map(map, pg).Acting.Contains(osd.Id))
                {
                    yield return new Violation("strays are removed", $"{osd.Id} still has a copy of pg {pg}");
                }
            }
        }
    }
}
