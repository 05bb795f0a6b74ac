using Cairn.Crush;
using Cairn.Maps;
using Cairn.Maps.Commands;
using Cairn.Monitor.State.Applying;

namespace Cairn.Monitor.State.Commands;

/// <summary>Pools removed and renamed.</summary>
internal static class PoolCommands
{
    public static ChangeResult Remove(Draft draft, PoolRemove command)
    {
        if (draft.Map.FindPool(command.Name) is not { } pool)
        {
            return ChangeResult.NotFound($"there is no pool '{command.Name}'");
        }

        if (command.ConfirmName != command.Name)
        {
            return ChangeResult.Refused($"removing pool '{command.Name}' deletes all its data: confirm it with the pool's name");
        }

        if (pool.Flags.HasFlag(PoolFlags.NoDelete))
        {
            return ChangeResult.Refused($"pool '{command.Name}' has the flag nodelete");
        }

        draft.Map = draft.Map with { Pools = draft.Map.Pools.Remove(pool.Id) };
        CrushEditor editor = new(draft.Map.Crush);
        if (editor.RemoveWeightSet(pool.Id))
        {
            draft.Map = draft.Map with { Crush = editor.ToMap() };
        }

        return ChangeResult.Ok($"pool '{pool.Name}' removed") with { Pool = pool.Id };
    }

    public static ChangeResult Rename(Draft draft, PoolRename command)
    {
        if (draft.Map.FindPool(command.Name) is not { } pool)
        {
            return ChangeResult.NotFound($"there is no pool '{command.Name}'");
        }

        if (!PoolCreation.IsValidName(command.NewName))
        {
            return ChangeResult.Invalid($"'{command.NewName}' is no pool name");
        }

        if (draft.Map.FindPool(command.NewName) is { } other && other.Id != pool.Id)
        {
            return ChangeResult.Exists($"pool '{command.NewName}' exists");
        }

        draft.SetPool(pool with { Name = command.NewName, LastChange = draft.Next });
        return ChangeResult.Ok($"pool '{command.Name}' is now '{command.NewName}'") with { Pool = pool.Id };
    }
}
