using Cairn.Maps;
using Cairn.Simulation.Cluster;

namespace Cairn.Simulation.Checkers;

/// <summary>After a repair no copy is spoiled, and none is said to be.</summary>
public sealed class RotChecker : IChecker
{
    public IEnumerable<Violation> Check(World world) => Spoiled(world).Concat(
        world.Stats.Values.Where(s => s.State.Contains("inconsistent", StringComparison.Ordinal) && world.Monitor.Map.Pools.ContainsKey(s.Pg.Pool))
            .Select(static s => new Violation("rot is repaired", $"pg {s.Pg} is {s.State} after a repair")));

    private static IEnumerable<Violation> Spoiled(World world)
    {
        OsdMap map = world.Monitor.Map;
        return
            from osd in world.Osds
            from collection in osd.Disk.Store.Content
            where map.Pools.ContainsKey(collection.Key.Pool) && world.Placement.Map(map, collection.Key).Acting.Contains(osd.Id)
            from copy in collection.Value.Objects
            where copy.Value.Corrupt
            select new Violation("rot is repaired", $"{osd.Id} still has a spoiled copy of {copy.Key} of pg {collection.Key}");
    }
}
