using Cairn.Maps.Commands;
using Cairn.Monitor.State.Applying;

namespace Cairn.Monitor.State.Commands;

/// <summary>The rules by which pools choose their OSDs.</summary>
internal static class CrushRuleCommands
{
    public static ChangeResult Create(Draft draft, CrushRuleCreate command)
    {
        if (draft.Map.Crush.FindRule(command.Name) is not null)
        {
            return ChangeResult.Exists($"CRUSH rule '{command.Name}' exists");
        }

        string? deviceClass = command.DeviceClass.Length > 0 ? command.DeviceClass : null;
        return CrushEdit.Apply(draft, force: false, $"CRUSH rule '{command.Name}' created", editor => _ = command.Kind == PoolKind.Replicated
            ? editor.CreateReplicatedRule(command.Name, command.Root, command.FailureDomain, deviceClass)
            : editor.CreateErasureRule(command.Name, command.Root, command.FailureDomain, deviceClass));
    }

    public static ChangeResult Remove(Draft draft, CrushRuleRemove command)
    {
        if (draft.Map.Crush.FindRule(command.Name) is not { } rule)
        {
            return ChangeResult.NotFound($"there is no CRUSH rule '{command.Name}'");
        }

        return draft.Map.Pools.Values.FirstOrDefault(p => p.CrushRule == rule.Id) is { } user
            ? ChangeResult.Refused($"CRUSH rule '{command.Name}' is used by pool '{user.Name}'")
            : CrushEdit.Apply(draft, force: false, $"CRUSH rule '{command.Name}' removed", editor => editor.RemoveRule(command.Name));
    }

    public static ChangeResult Rename(Draft draft, CrushRuleRename command) =>
        CrushEdit.Apply(draft, force: false, $"CRUSH rule '{command.Name}' is now '{command.NewName}'", editor => editor.RenameRule(command.Name, command.NewName));
}
