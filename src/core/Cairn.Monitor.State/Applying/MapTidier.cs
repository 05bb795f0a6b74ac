using System.Collections.Immutable;
using Cairn.Maps;

namespace Cairn.Monitor.State.Applying;

/// <summary>Takes overrides out of a map that no longer mean anything.</summary>
/// <remarks>Source: Ceph, <c>OSDMap::clean_temps</c> and <c>maybe_remove_pg_upmaps</c>: an override outlived by its reason would pin data to the wrong OSDs.</remarks>
internal static class MapTidier
{
    public static OsdMap Tidy(OsdMap map)
    {
        map = map with
        {
            PgTemp = Keep(map.PgTemp, pg => Exists(map, pg)),
            PrimaryTemp = Keep(map.PrimaryTemp, pg => Exists(map, pg)),
            PgUpmap = Keep(map.PgUpmap, pg => Exists(map, pg)),
            PgUpmapItems = Keep(map.PgUpmapItems, pg => Exists(map, pg)),
        };
        foreach ((PgId pg, ImmutableArray<OsdId> acting) in map.PgTemp)
        {
            int up = acting.Count(map.IsUp);
            if (up == 0 || up < map.Pools[pg.Pool].MinSize || acting.SequenceEqual(map.MapPg(pg).Up))
            {
                map = map with { PgTemp = map.PgTemp.Remove(pg) };
            }
        }

        foreach ((PgId pg, OsdId primary) in map.PrimaryTemp)
        {
            if (!map.IsUp(primary))
            {
                map = map with { PrimaryTemp = map.PrimaryTemp.Remove(pg) };
            }
        }

        foreach ((PgId pg, ImmutableArray<OsdId> osds) in map.PgUpmap)
        {
            if (osds.Any(o => map.Osd(o) is not { In: true }))
            {
                map = map with { PgUpmap = map.PgUpmap.Remove(pg) };
            }
        }

        foreach ((PgId pg, ImmutableArray<(OsdId From, OsdId To)> items) in map.PgUpmapItems)
        {
            var kept = items.RemoveAll(i => map.Osd(i.From) is null || map.Osd(i.To) is not { In: true });
            if (kept.Length != items.Length)
            {
                map = map with { PgUpmapItems = kept.IsEmpty ? map.PgUpmapItems.Remove(pg) : map.PgUpmapItems.SetItem(pg, kept) };
            }
        }

        return map;
    }

    private static bool Exists(OsdMap map, PgId pg) => map.Pools.TryGetValue(pg.Pool, out Pool? pool) && pg.Seed < pool.PgNum;

    private static ImmutableSortedDictionary<PgId, T> Keep<T>(ImmutableSortedDictionary<PgId, T> all, Func<PgId, bool> keep) =>
        all.RemoveRange(all.Keys.Where(pg => !keep(pg)));
}
