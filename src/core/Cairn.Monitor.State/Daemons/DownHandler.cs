using System.Collections.Immutable;
using Cairn.Maps;
using Cairn.Monitor.State.Applying;
using Cairn.Monitor.State.Wire;

namespace Cairn.Monitor.State.Daemons;

/// <summary>An OSD is down: reported by its peers, or by itself.</summary>
internal static class DownHandler
{
    public static ChangeResult Apply(Draft draft, OsdMarkDown change)
    {
        OsdId osd = new(change.Osd);
        if (draft.Map.Osd(osd) is not { Up: true } state || state.UpFrom.Value != change.UpFrom || state.UpFrom == draft.Next)
        {
            return ChangeResult.Ok($"{osd} is down already, or of a later incarnation");
        }

        MarkDown(draft, osd, state, change.Cause, change.Reason);
        return ChangeResult.Ok($"{osd} marked down");
    }

    public static void MarkDown(Draft draft, OsdId osd, OsdState state, DownCause cause, string reason)
    {
        draft.SetOsd(osd, state with { Up = false, DownAt = draft.Next });
        OsdRecord record = draft.RecordOf(osd) with { DownSinceUnixMs = draft.StampUnixMs };
        draft.SetRecord(osd, cause == DownCause.Unresponsive ? Damp(draft, record) : record);
        draft.Explain(osd, reason);
    }

    /// <summary>Each time an OSD stops answering within the period beyond the allowed number doubles the time that its next boot has to wait.</summary>
    /// <remarks>
    /// A flapping OSD costs every PG it holds a peering each time. Crashes and stops don't count: a process that restarts
    /// says itself that it was gone. Source of the idea: Ceph, <c>osd_max_markdown_count</c> and its laggy estimates.
    /// </remarks>
    private static OsdRecord Damp(Draft draft, OsdRecord record)
    {
        const int DoublingsMax = 5;
        Limits limits = draft.Limits;
        long oldest = draft.StampUnixMs - (long)limits.FlapPeriodMs;
        ImmutableArray<long> downs = record.FlapDownsUnixMs.RemoveAll(at => at < oldest).Add(draft.StampUnixMs);
        int excess = downs.Length - (int)limits.FlapDownsMax;
        return record with
        {
            FlapDownsUnixMs = downs,
            HoldUntilUnixMs = limits.FlapDownsMax > 0 && excess > 0
                ? draft.StampUnixMs + ((long)limits.FlapHoldMs << Math.Min(excess - 1, DoublingsMax))
                : 0,
        };
    }
}
