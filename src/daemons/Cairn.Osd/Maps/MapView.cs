using Cairn.Maps;

namespace Cairn.Osd.Maps;

/// <summary>A map, and what of it concerns this OSD: the PGs whose up or acting set it is in.</summary>
internal sealed record MapView(OsdMap Map, IReadOnlyList<(PgId Pg, PgMapping Mapping)> Mine)
{
    public static MapView Of(OsdMap map, OsdId whoami)
    {
        var mine = new List<(PgId, PgMapping)>();
        foreach (Pool pool in map.Pools.Values)
        {
            for (uint seed = 0; seed < pool.PgNum; seed++)
            {
                var pg = new PgId(pool.Id, seed);
                PgMapping mapping = map.MapPg(pg);
                if (mapping.Acting.Contains(whoami) || mapping.Up.Contains(whoami))
                {
                    mine.Add((pg, mapping));
                }
            }
        }

        return new MapView(map, mine);
    }

    public IEnumerable<OsdId> PgPeers => Mine.SelectMany(static m => m.Mapping.Up.Concat(m.Mapping.Acting)).Where(static o => o.IsReal).Distinct();
}
