using Cairn.Crush;
using Cairn.Maps;
using Cairn.Maps.Commands;
using Cairn.Monitor.State.Applying;

namespace Cairn.Monitor.State.Commands;

/// <summary>OSD ids: given, given up, taken over by a new disk, removed.</summary>
internal static class OsdLifecycle
{
    // The map has a place for every id up to the highest: an id out of the blue must not make it huge.
    private const int OsdsMax = 10_000;

    public static ChangeResult Create(Draft draft, OsdCreate command)
    {
        OsdMap map = draft.Map;
        Guid uuid = WireGuid.Read(command.Uuid);
        if (uuid == Guid.Empty)
        {
            return ChangeResult.Invalid("an OSD needs a uuid of 16 bytes that are not all zero");
        }

        for (int i = 0; i < map.Osds.Length; i++)
        {
            if (map.Osds[i] is { } other && other.Uuid == uuid)
            {
                return command.HasId && command.Id != i
                    ? ChangeResult.Exists($"uuid {uuid} belongs to osd.{i}")
                    : ChangeResult.Ok($"osd.{i} exists") with { Osd = i };
            }
        }

        int id = command.HasId ? command.Id : LowestFree(map);
        if (id is < 0 or >= OsdsMax)
        {
            return ChangeResult.Invalid($"an OSD id is between 0 and {OsdsMax - 1}");
        }

        if (map.Osd(new OsdId(id)) is { } taken)
        {
            if (!taken.Destroyed)
            {
                return ChangeResult.Exists($"osd.{id} exists, with uuid {taken.Uuid}");
            }

            draft.SetOsd(new OsdId(id), taken with { Uuid = uuid, Destroyed = false, New = true, CreatedIn = draft.Next });
            return ChangeResult.Ok($"osd.{id} taken over") with { Osd = id };
        }

        draft.SetOsd(new OsdId(id), new OsdState { Uuid = uuid, CreatedIn = draft.Next });
        return ChangeResult.Ok($"osd.{id} created") with { Osd = id };
    }

    public static ChangeResult Destroy(Draft draft, OsdDestroy command)
    {
        OsdId osd = new(command.Osd);
        if (Unusable(draft, osd, command.Confirm, "destroying it gives its data up") is { } problem)
        {
            return problem;
        }

        OsdState state = draft.Map.Osd(osd)!;
        draft.SetOsd(osd, state with { Destroyed = true, New = true });
        return ChangeResult.Ok($"{osd} destroyed; its id and place wait for a new disk");
    }

    public static ChangeResult Lost(Draft draft, OsdLost command)
    {
        OsdId osd = new(command.Osd);
        if (Unusable(draft, osd, command.Confirm, "declaring it lost gives up what only it has") is { } problem)
        {
            return problem;
        }

        draft.SetOsd(osd, draft.Map.Osd(osd)! with { LostAt = draft.Next });
        return ChangeResult.Ok($"{osd} declared lost");
    }

    public static ChangeResult Remove(Draft draft, OsdRemove command)
    {
        OsdId osd = new(command.Osd);
        if (draft.Map.Osd(osd) is not { } state)
        {
            return ChangeResult.NotFound($"osd.{command.Osd} does not exist");
        }

        if (state.Up)
        {
            return ChangeResult.Refused($"{osd} is up: stop it first");
        }

        if (state.In && !command.Confirm)
        {
            return ChangeResult.Refused($"{osd} is in, and may hold data that nothing else holds: mark it out and wait, or confirm");
        }

        if (draft.Map.Crush.Tree.FindItem($"osd.{osd.Value}") is not null)
        {
            CrushEditor editor = new(draft.Map.Crush);
            editor.Remove($"osd.{osd.Value}");
            draft.Map = draft.Map with { Crush = editor.ToMap() };
        }

        draft.SetOsd(osd, null);
        draft.Osds = draft.Osds.Remove(osd);
        return ChangeResult.Ok($"{osd} removed");
    }

    private static ChangeResult? Unusable(Draft draft, OsdId osd, bool confirmed, string consequence) => draft.Map.Osd(osd) switch
    {
        null => ChangeResult.NotFound($"osd.{osd.Value} does not exist"),
        { Up: true } => ChangeResult.Refused($"{osd} is up: stop it first"),
        _ when !confirmed => ChangeResult.Refused($"{consequence}: confirm it"),
        _ => null,
    };

    private static int LowestFree(OsdMap map)
    {
        int id = 0;
        while (map.Osd(new OsdId(id)) is not null)
        {
            id++;
        }

        return id;
    }
}
