using Cairn.Maps;

namespace Cairn.Simulation.Cluster;

/// <summary>PG to OSDs by CRUSH, worked out once an epoch for all of a world.</summary>
public sealed class Placement
{
    private readonly Dictionary<(Epoch, PgId), PgMapping> _cache = [];

    public PgMapping Map(OsdMap map, PgId pg)
    {
        if (!_cache.TryGetValue((map.Epoch, pg), out PgMapping? mapping))
        {
            _cache[(map.Epoch, pg)] = mapping = map.MapPg(pg);
        }

        return mapping;
    }
}
