using Cairn.Crush;

namespace Cairn.Maps;

/// <summary>Whether the CRUSH map can place the pools at all: asked before a changed map is taken.</summary>
public static class PoolPlacement
{
    /// <summary>The pools that have a PG for which CRUSH finds fewer OSDs than <c>min_size</c>, with the reason; OSDs that are down count.</summary>
    public static IReadOnlyList<(Pool Pool, string Reason)> FindUnplaceable(OsdMap map)
    {
        var found = new List<(Pool, string)>();
        foreach (Pool pool in map.Pools.Values)
        {
            if (!map.Crush.Rules.ContainsKey(pool.CrushRule))
            {
                found.Add((pool, $"its CRUSH rule {pool.CrushRule} does not exist"));
                continue;
            }

            PoolMapping mapping = PoolMapping.ComputeRaw(map, pool.Id);
            for (uint seed = 0; seed < pool.PgNum; seed++)
            {
                int placed = 0;
                foreach (int osd in mapping.UpOf(seed))
                {
                    placed += osd == CrushMap.NoItem ? 0 : 1;
                }

                if (placed < pool.MinSize)
                {
                    found.Add((pool, $"CRUSH finds {placed} OSDs for PG {new PgId(pool.Id, seed)}, min_size is {pool.MinSize}"));
                    break;
                }
            }
        }

        return found;
    }
}
