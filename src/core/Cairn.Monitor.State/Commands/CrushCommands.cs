using Cairn.Crush;
using Cairn.Maps;
using Cairn.Maps.Commands;
using Cairn.Monitor.State.Applying;
using CrushLocation = Cairn.Crush.CrushLocation;

namespace Cairn.Monitor.State.Commands;

/// <summary>Edits of the hierarchy. What it does not allow comes as a <see cref="CrushException"/>, which the caller turns into the answer.</summary>
internal static class CrushCommands
{
    private const double WeightMax = 10_000;

    public static ChangeResult Add(Draft draft, CrushAdd command)
    {
        if (draft.Map.Osd(new OsdId(command.Osd)) is null)
        {
            return ChangeResult.NotFound($"osd.{command.Osd} does not exist");
        }

        if (!IsWeight(command.Weight))
        {
            return BadWeight();
        }

        if (command.Location.Count == 0)
        {
            return ChangeResult.Invalid("say where, as in root=default host=a");
        }

        return Edit(draft, $"osd.{command.Osd} placed", editor =>
        {
            editor.SetDevice(command.Osd, FixedPoint.From(command.Weight), Read(command.Location));
            if (command.DeviceClass.Length > 0)
            {
                editor.SetDeviceClass(command.Osd, command.DeviceClass);
            }
        });
    }

    public static ChangeResult Move(Draft draft, CrushMove command) =>
        Missing(draft, command.Item) ?? Edit(draft, $"{command.Item} moved", editor => editor.Move(command.Item, Read(command.Location)));

    public static ChangeResult Remove(Draft draft, CrushRemove command) =>
        Missing(draft, command.Item) ?? Edit(draft, $"{command.Item} removed", editor => editor.Remove(command.Item));

    public static ChangeResult Reweight(Draft draft, CrushReweight command) =>
        !IsWeight(command.Weight) ? BadWeight()
        : Missing(draft, command.Item) ?? Edit(draft, $"{command.Item} reweighted", editor => editor.Reweight(command.Item, FixedPoint.From(command.Weight)));

    public static ChangeResult AddBucket(Draft draft, CrushAddBucket command)
    {
        if (draft.Map.Crush.Tree.FindItem(command.Name) is not null)
        {
            return ChangeResult.Exists($"'{command.Name}' exists");
        }

        return Edit(draft, $"bucket '{command.Name}' added", editor =>
        {
            editor.AddBucket(command.Name, command.Type);
            if (command.Location.Count > 0)
            {
                editor.Move(command.Name, Read(command.Location));
            }
        });
    }

    public static ChangeResult CreateRule(Draft draft, CrushRuleCreate command)
    {
        if (draft.Map.Crush.FindRule(command.Name) is not null)
        {
            return ChangeResult.Exists($"CRUSH rule '{command.Name}' exists");
        }

        string? deviceClass = command.DeviceClass.Length > 0 ? command.DeviceClass : null;
        return Edit(draft, $"CRUSH rule '{command.Name}' created", editor => _ = command.Kind == PoolKind.Replicated
            ? editor.CreateReplicatedRule(command.Name, command.Root, command.FailureDomain, deviceClass)
            : editor.CreateErasureRule(command.Name, command.Root, command.FailureDomain, deviceClass));
    }

    public static ChangeResult RemoveRule(Draft draft, CrushRuleRemove command)
    {
        if (draft.Map.Crush.FindRule(command.Name) is not { } rule)
        {
            return ChangeResult.NotFound($"there is no CRUSH rule '{command.Name}'");
        }

        return draft.Map.Pools.Values.FirstOrDefault(p => p.CrushRule == rule.Id) is { } user
            ? ChangeResult.Refused($"CRUSH rule '{command.Name}' is used by pool '{user.Name}'")
            : Edit(draft, $"CRUSH rule '{command.Name}' removed", editor => editor.RemoveRule(command.Name));
    }

    private static ChangeResult Edit(Draft draft, string done, Action<CrushEditor> edit)
    {
        CrushEditor editor = new(draft.Map.Crush);
        edit(editor);
        draft.Map = draft.Map with { Crush = editor.ToMap() };
        return ChangeResult.Ok(done);
    }

    private static ChangeResult? Missing(Draft draft, string item) =>
        draft.Map.Crush.Tree.FindItem(item) is null ? ChangeResult.NotFound($"'{item}' is not in the CRUSH map") : null;

    private static bool IsWeight(double weight) => weight is >= 0 and <= WeightMax;

    private static ChangeResult BadWeight() => ChangeResult.Invalid($"a CRUSH weight is between 0 and {WeightMax}");

    private static CrushLocation[] Read(IEnumerable<Maps.Commands.CrushLocation> location) => [.. location.Select(l => new CrushLocation(l.Type, l.Name))];
}
