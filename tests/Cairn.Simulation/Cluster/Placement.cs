using System.Collections.Immutable;
using Cairn.Maps;

namespace Cairn.Simulation.Cluster;

/// <summary>
/// PG to OSDs for simulated maps: by highest random weight over the OSDs that are in, those down left out, <c>pg_temp</c> over it.
/// Not CRUSH, but with what peering must live with: sets change little by little, and primaries move. Cached by epoch, for all of a world.
/// </summary>
public sealed class Placement
{
    private readonly Dictionary<(Epoch, PgId), PgMapping> _cache = [];

    public PgMapping Map(OsdMap map, PgId pg)
    {
        if (!_cache.TryGetValue((map.Epoch, pg), out PgMapping? mapping))
        {
            _cache[(map.Epoch, pg)] = mapping = Compute(map, pg);
        }

        return mapping;
    }

    private static PgMapping Compute(OsdMap map, PgId pg)
    {
        Pool pool = map.Pools[pg.Pool];
        // PGs above pgp_num lie where the PG they split off lies, until pgp_num follows: the children are then moved apart from the split.
        uint seed = ObjectHash.StableMod(pg.Seed, pool.PgpNum, ObjectHash.MaskFor(pool.PgpNum));
        ImmutableArray<OsdId> up = Enumerable.Range(0, map.Osds.Length)
            .Where(i => map.Osds[i] is { In: true })
            .OrderByDescending(i => Score(pg.Pool, seed, i)).ThenBy(static i => i)
            .Take(pool.Size)
            .Where(i => map.Osds[i]!.Up)
            .Select(static i => new OsdId(i))
            .ToImmutableArray();
        ImmutableArray<OsdId> acting = map.PgTemp.TryGetValue(pg, out ImmutableArray<OsdId> temp) ? [.. temp.Where(map.IsUp)] : up;
        acting = acting.IsEmpty ? up : acting;
        return new PgMapping(up, First(up), acting, First(acting));
    }

    private static OsdId First(ImmutableArray<OsdId> set) => set.IsEmpty ? OsdId.Nobody : set[0];

    private static ulong Score(long pool, uint seed, int osd)
    {
        ulong z = ((ulong)pool * 0x9e3779b97f4a7c15) ^ ((ulong)seed << 20) ^ (ulong)osd;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
}
