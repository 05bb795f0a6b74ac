using Cairn.Maps;
using Cairn.Monitor.State.Applying;
using Cairn.Monitor.State.Wire;

namespace Cairn.Monitor.State.Daemons;

/// <summary>An OSD was down for too long: its data goes elsewhere. Its boot brings it in again.</summary>
internal static class OutHandler
{
    public static ChangeResult Apply(Draft draft, OsdMarkOut change)
    {
        OsdId osd = new(change.Osd);
        if (draft.Map.Osd(osd) is not { Up: false, In: true } state || state.DownAt.Value != change.DownAt)
        {
            return ChangeResult.Ok($"{osd} is out already, or up");
        }

        draft.SetOsd(osd, state with { Weight = 0, AutoOut = true });
        draft.SetRecord(osd, draft.RecordOf(osd) with { WeightBeforeOut = state.Weight });
        draft.Explain(osd, change.Reason);
        return ChangeResult.Ok($"{osd} marked out");
    }
}
