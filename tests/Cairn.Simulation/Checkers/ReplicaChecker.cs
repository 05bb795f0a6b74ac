using Cairn.Maps;
using Cairn.Simulation.Cluster;
using Cairn.Simulation.Stores;

namespace Cairn.Simulation.Checkers;

/// <summary>Once clean, the copies of a PG are equal to the last byte, and nobody else keeps one.</summary>
public sealed class ReplicaChecker : IChecker
{
    public IEnumerable<Violation> Check(World world)
    {
        OsdMap map = world.Monitor.Map;
        foreach (Pool pool in map.Pools.Values)
        {
            for (uint seed = 0; seed < pool.PgNum; seed++)
            {
                foreach (Violation violation in CheckPg(world, map, new PgId(pool.Id, seed)))
                {
                    yield return violation;
                }
            }
        }
    }

    private static IEnumerable<Violation> CheckPg(World world, OsdMap map, PgId pg)
    {
        PgMapping mapping = world.Placement.Map(map, pg);
        ModelCollection? first = world.Osds[mapping.ActingPrimary.Value].Disk.Store.Content.GetValueOrDefault(pg);
        if (first is null)
        {
            yield return new Violation("replicas are equal", $"pg {pg}: its primary {mapping.ActingPrimary} has no copy");
            yield break;
        }

        foreach (OsdId osd in mapping.Acting)
        {
            if (world.Osds[osd.Value].Disk.Store.Content.GetValueOrDefault(pg) is not { } copy)
            {
                yield return new Violation("replicas are equal", $"pg {pg}: {osd} of its acting set has no copy");
            }
            else if (Difference(first, copy) is { } difference)
            {
                yield return new Violation("replicas are equal", $"pg {pg}: {mapping.ActingPrimary} and {osd} differ: {difference}");
            }
        }
    }

    internal static string? Difference(ModelCollection a, ModelCollection b)
    {
        foreach (var id in a.Objects.Keys.Union(b.Objects.Keys))
        {
            ModelObject? left = a.Objects.GetValueOrDefault(id), right = b.Objects.GetValueOrDefault(id);
            if (left?.Version != right?.Version || left?.Fingerprint() != right?.Fingerprint())
            {
                return $"object {id}: {Describe(left)} and {Describe(right)}";
            }
        }

        return null;
    }

    private static string Describe(ModelObject? found) =>
        found is null ? "absent" : $"{found.Version} {found.Data.Length} bytes {Crc32C.Compute(found.Data):x8}, {found.Xattrs.Count} xattrs, {found.Omap.Count} keys";
}
