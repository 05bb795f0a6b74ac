using Cairn.Crush;
using Cairn.Maps;
using Cairn.Maps.Commands;
using Cairn.Monitor.State.Applying;

namespace Cairn.Monitor.State.Commands;

/// <summary>Weight sets: weights that placement uses in the hierarchy's stead, of one pool or, the compat set, of all that have none of their own.</summary>
internal static class CrushWeightSetCommands
{
    public static ChangeResult Create(Draft draft, CrushWeightSetCreate command) =>
        Find(draft, command.Pool) is not { } set ? NoPool(command.Pool)
        : command.Positional && set.Pool is null ? ChangeResult.Invalid("the compat weight set is not positional: it is of pools of any size")
        : set.Exists ? ChangeResult.Ok($"{set.Name} exists")
        : CrushEdit.Apply(
            draft, force: false, $"{set.Name} created", editor => editor.CreateWeightSet(set.Id, command.Positional ? set.Pool!.Size : 1));

    public static ChangeResult Remove(Draft draft, CrushWeightSetRemove command) =>
        Find(draft, command.Pool) is not { } set ? NoPool(command.Pool)
        : !set.Exists ? ChangeResult.Ok($"{set.Name} does not exist")
        : CrushEdit.Apply(draft, command.Force, $"{set.Name} removed", editor => editor.RemoveWeightSet(set.Id));

    public static ChangeResult Reweight(Draft draft, CrushWeightSetReweight command) =>
        Find(draft, command.Pool) is not { } set ? NoPool(command.Pool)
        : !set.Exists ? ChangeResult.NotFound($"{set.Name} does not exist: create it first")
        : draft.Map.Crush.Tree.FindItem(command.Item) is null ? ChangeResult.NotFound($"'{command.Item}' is not in the CRUSH map")
        : !command.Weights.All(CrushCommands.IsWeight) ? CrushCommands.BadWeight()
        : CrushEdit.Apply(
            draft,
            command.Force,
            $"{command.Item} reweighted in {set.Name}",
            editor => editor.ReweightInSet(set.Id, command.Item, [.. command.Weights.Select(FixedPoint.From)]));

    /// <returns>Null: there is no such pool.</returns>
    private static WeightSet? Find(Draft draft, string poolName)
    {
        Pool? pool = draft.Map.FindPool(poolName);
        if (pool is null && poolName.Length > 0)
        {
            return null;
        }

        long id = pool?.Id ?? ChooseArgs.DefaultSet;
        return new WeightSet(
            id, pool, pool is null ? "the compat weight set" : $"the weight set of pool '{pool.Name}'", draft.Map.Crush.ChooseArgs.ContainsKey(id));
    }

    private static ChangeResult NoPool(string name) => ChangeResult.NotFound($"there is no pool '{name}'");

    private sealed record WeightSet(long Id, Pool? Pool, string Name, bool Exists);
}
