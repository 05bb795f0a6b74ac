using System.Collections.Immutable;
using Cairn.Maps;
using Cairn.Monitor.State.Applying;
using Cairn.Monitor.State.Wire;

namespace Cairn.Monitor.State.Daemons;

/// <summary>A primary wants other OSDs to serve its PG while the up set is filled (<c>pg_temp</c>), or no longer.</summary>
internal static class PgTempHandler
{
    public static ChangeResult Apply(Draft draft, PgTempRequest request)
    {
        OsdId osd = new(request.Osd);
        if (draft.Map.Osd(osd) is not { Up: true } state || state.UpFrom.Value != request.UpFrom)
        {
            return ChangeResult.Refused($"{osd} is not up, or of a later incarnation");
        }

        foreach (PgTempRequest.Types.Entry entry in request.Entries)
        {
            Set(draft, osd, new PgId(entry.Pool, entry.Seed), [.. entry.Acting.Select(o => new OsdId(o))]);
        }

        return ChangeResult.Ok();
    }

    // Only who speaks for the PG in this very map may change who serves it: a late request of an earlier primary is dropped.
    private static void Set(Draft draft, OsdId osd, PgId pg, ImmutableArray<OsdId> acting)
    {
        OsdMap map = draft.Map;
        if (!map.Pools.TryGetValue(pg.Pool, out Pool? pool) || pg.Seed >= pool.PgNum)
        {
            return;
        }

        PgMapping mapping = map.MapPg(pg);
        if (mapping.ActingPrimary != osd && mapping.UpPrimary != osd)
        {
            return;
        }

        if (acting.IsEmpty || acting.SequenceEqual(mapping.Up))
        {
            draft.Map = map with { PgTemp = map.PgTemp.Remove(pg) };
        }
        else if (acting.All(o => !o.IsReal || map.IsUp(o)) && acting.Length <= pool.Size)
        {
            draft.Map = map with { PgTemp = map.PgTemp.SetItem(pg, acting) };
        }
    }
}
