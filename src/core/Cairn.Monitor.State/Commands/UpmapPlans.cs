using Cairn.Maps.Commands;
using Cairn.Monitor.State.Applying;

namespace Cairn.Monitor.State.Commands;

/// <summary>What a balancer found, applied whole or not at all.</summary>
internal static class UpmapPlans
{
    public static ChangeResult Apply(Draft draft, UpmapPlan command)
    {
        // A failure domain, a weight, a pool may be another since: then the plan may do harm.
        if (draft.Start.Epoch.Value != command.Epoch || !ReferenceEquals(draft.Map, draft.Start))
        {
            return ChangeResult.Refused($"the plan was made on epoch {command.Epoch}, and the map has changed since: make it anew");
        }

        foreach (UpmapItemsSet change in command.Changes)
        {
            ChangeResult result = change.Items.Count == 0
                ? PgOverrides.RemoveUpmapItems(draft, new UpmapItemsRemove { Pg = change.Pg })
                : PgOverrides.SetUpmapItems(draft, change);
            if (result.Status != CommandStatus.Ok)
            {
                draft.Map = draft.Start;
                return result;
            }
        }

        return ChangeResult.Ok($"{command.Changes.Count} PGs have other upmap items");
    }
}
