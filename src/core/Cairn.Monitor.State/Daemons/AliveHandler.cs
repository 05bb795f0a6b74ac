using Cairn.Maps;
using Cairn.Monitor.State.Applying;
using Cairn.Monitor.State.Wire;

namespace Cairn.Monitor.State.Daemons;

/// <summary>An OSD wants the map to say that it lived at an epoch, before a PG of its goes active (<c>up_thru</c>).</summary>
internal static class AliveHandler
{
    public static ChangeResult Apply(Draft draft, OsdAlive alive)
    {
        OsdId osd = new(alive.Osd);
        if (draft.Map.Osd(osd) is not { Up: true } state || state.UpFrom.Value != alive.UpFrom)
        {
            return ChangeResult.Refused($"{osd} is not up, or of a later incarnation");
        }

        if (alive.UpThru > draft.Start.Epoch.Value)
        {
            return ChangeResult.Invalid($"{osd} cannot have lived in e{alive.UpThru}: the newest is {draft.Start.Epoch}");
        }

        if (alive.UpThru > state.UpThru.Value)
        {
            draft.SetOsd(osd, state with { UpThru = new Epoch(alive.UpThru) });
        }

        return ChangeResult.Ok();
    }
}
