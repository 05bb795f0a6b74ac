using Cairn.Crush;
using Cairn.Maps;
using Cairn.Monitor.State.Applying;

namespace Cairn.Monitor.State.Commands;

/// <summary>The way every edit of the hierarchy takes: an edit, then a look at what it would do to the pools.</summary>
internal static class CrushEdit
{
    public static ChangeResult Apply(Draft draft, bool force, string done, Action<CrushEditor> edit)
    {
        CrushEditor editor = new(draft.Map.Crush);
        edit(editor);
        return Store(draft, editor.ToMap(), force, done);
    }

    /// <summary>Refuses a map on which a pool finds fewer places than it wants and has now.</summary>
    public static ChangeResult Store(Draft draft, CrushMap crush, bool force, string done)
    {
        OsdMap next = draft.Map with { Crush = crush };
        foreach (Pool pool in draft.Map.Pools.Values)
        {
            if (!force && FewerPlaces(draft.Map, next, pool) is { } why)
            {
                return ChangeResult.Refused(why);
            }
        }

        draft.Map = next;
        return ChangeResult.Ok(done);
    }

    private static string? FewerPlaces(OsdMap before, OsdMap after, Pool pool)
    {
        int places = PlacesFor(after, pool);
        return places < pool.Size && places < PlacesFor(before, pool)
            ? $"pool '{pool.Name}' wants {pool.Size} copies, but its CRUSH rule could then place {places}; force it if that is meant"
            : null;
    }

    private static int PlacesFor(OsdMap map, Pool pool) =>
        map.Crush.Rules.TryGetValue(pool.CrushRule, out CrushRule? rule) ? PoolLimits.CopiesPlaceable(map, rule, pool.Size, pool.Id) : 0;
}
