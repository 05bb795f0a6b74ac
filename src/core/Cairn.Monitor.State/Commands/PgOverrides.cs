using System.Collections.Immutable;
using Cairn.Maps;
using Cairn.Maps.Commands;
using Cairn.Monitor.State.Applying;

namespace Cairn.Monitor.State.Commands;

/// <summary>Mappings of single PGs set by hand.</summary>
internal static class PgOverrides
{
    public static ChangeResult SetTemp(Draft draft, PgTempSet command) => ForPg(draft, command.Pg, (pg, pool) =>
    {
        ImmutableArray<OsdId> acting = Read(command.Acting);
        if (acting.IsEmpty)
        {
            draft.Map = draft.Map with { PgTemp = draft.Map.PgTemp.Remove(pg) };
            return ChangeResult.Ok($"pg {pg} has no override");
        }

        if (Objection(draft.Map, pool, acting, mustBeIn: false) is { } why)
        {
            return ChangeResult.Invalid(why);
        }

        draft.Map = draft.Map with { PgTemp = draft.Map.PgTemp.SetItem(pg, acting) };
        return ChangeResult.Ok($"pg {pg} is served by {string.Join(",", command.Acting)}");
    });

    public static ChangeResult SetPrimaryTemp(Draft draft, PrimaryTempSet command) => ForPg(draft, command.Pg, (pg, _) =>
    {
        OsdId primary = new(command.Primary);
        if (command.Primary >= 0 && draft.Map.Osd(primary) is null)
        {
            return ChangeResult.NotFound($"osd.{command.Primary} does not exist");
        }

        draft.Map = draft.Map with
        {
            PrimaryTemp = command.Primary < 0 ? draft.Map.PrimaryTemp.Remove(pg) : draft.Map.PrimaryTemp.SetItem(pg, primary),
        };
        return ChangeResult.Ok($"pg {pg}: primary override {(command.Primary < 0 ? "removed" : "set")}");
    });

    public static ChangeResult SetUpmap(Draft draft, UpmapSet command) => ForPg(draft, command.Pg, (pg, pool) =>
    {
        ImmutableArray<OsdId> osds = Read(command.Osds);
        if (osds.IsEmpty || Objection(draft.Map, pool, osds, mustBeIn: true) is { })
        {
            return ChangeResult.Invalid(osds.IsEmpty ? "name the OSDs" : Objection(draft.Map, pool, osds, mustBeIn: true)!);
        }

        draft.Map = draft.Map with { PgUpmap = draft.Map.PgUpmap.SetItem(pg, osds) };
        return ChangeResult.Ok($"pg {pg} mapped to {string.Join(",", command.Osds)}");
    });

    public static ChangeResult RemoveUpmap(Draft draft, UpmapRemove command) => ForPg(draft, command.Pg, (pg, _) =>
    {
        draft.Map = draft.Map with { PgUpmap = draft.Map.PgUpmap.Remove(pg) };
        return ChangeResult.Ok($"pg {pg} has no upmap");
    });

    public static ChangeResult SetUpmapItems(Draft draft, UpmapItemsSet command) => ForPg(draft, command.Pg, (pg, pool) =>
    {
        ImmutableArray<(OsdId From, OsdId To)> items = [.. command.Items.Select(i => (new OsdId(i.From), new OsdId(i.To)))];
        if (items.IsEmpty || items.Length > pool.Size)
        {
            return ChangeResult.Invalid($"between 1 and {pool.Size} pairs are needed");
        }

        if (items.Any(i => i.From == i.To) || items.Select(i => i.From).Distinct().Count() != items.Length)
        {
            return ChangeResult.Invalid("each OSD is replaced once, by another one");
        }

        if (Objection(draft.Map, pool, [.. items.Select(i => i.To)], mustBeIn: true) is { } why)
        {
            return ChangeResult.Invalid(why);
        }

        draft.Map = draft.Map with { PgUpmapItems = draft.Map.PgUpmapItems.SetItem(pg, items) };
        return ChangeResult.Ok($"pg {pg} has {items.Length} upmap items");
    });

    public static ChangeResult RemoveUpmapItems(Draft draft, UpmapItemsRemove command) => ForPg(draft, command.Pg, (pg, _) =>
    {
        draft.Map = draft.Map with { PgUpmapItems = draft.Map.PgUpmapItems.Remove(pg) };
        return ChangeResult.Ok($"pg {pg} has no upmap items");
    });

    private static ChangeResult ForPg(Draft draft, string name, Func<PgId, Pool, ChangeResult> change)
    {
        if (!PgId.TryParse(name, out PgId pg))
        {
            return ChangeResult.Invalid($"'{name}' is no PG: expected POOL.SEED, as in 1.2f");
        }

        return draft.Map.Pools.TryGetValue(pg.Pool, out Pool? pool) && pg.Seed < pool.PgNum
            ? change(pg, pool)
            : ChangeResult.NotFound($"there is no pg {pg}");
    }

    private static string? Objection(OsdMap map, Pool pool, ImmutableArray<OsdId> osds, bool mustBeIn) =>
        osds.Length > pool.Size ? $"pool '{pool.Name}' has {pool.Size} copies, not {osds.Length}"
        : osds.Distinct().Count() != osds.Length ? "an OSD is named twice"
        : osds.FirstOrDefault(o => map.Osd(o) is null, OsdId.None) is { IsReal: true } missing ? $"{missing} does not exist"
        : mustBeIn && osds.FirstOrDefault(o => map.Osd(o) is not { In: true }, OsdId.None) is { IsReal: true } outside ? $"{outside} is out"
        : null;

    private static ImmutableArray<OsdId> Read(IEnumerable<int> ids) => [.. ids.Select(i => new OsdId(i))];
}
