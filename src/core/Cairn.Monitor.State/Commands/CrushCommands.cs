using Cairn.Maps;
using Cairn.Maps.Commands;
using Cairn.Monitor.State.Applying;
using CrushLocation = Cairn.Crush.CrushLocation;

namespace Cairn.Monitor.State.Commands;

/// <summary>Edits of the hierarchy. What it does not allow comes as a <see cref="Crush.CrushException"/>, which the caller turns into the answer.</summary>
internal static class CrushCommands
{
    private const double WeightMax = 10_000;

    public static ChangeResult Add(Draft draft, CrushAdd command) =>
        Objection(draft, command.Osd, command.Weight, command.Location.Count)
        ?? CrushEdit.Apply(draft, command.Force, $"osd.{command.Osd} placed", editor =>
        {
            editor.SetDevice(command.Osd, FixedPoint.From(command.Weight), Read(command.Location));
            if (command.DeviceClass.Length > 0)
            {
                editor.SetDeviceClass(command.Osd, command.DeviceClass);
            }
        });

    public static ChangeResult CreateOrMove(Draft draft, CrushCreateOrMove command) =>
        Objection(draft, command.Osd, command.Weight, command.Location.Count)
        ?? CrushEdit.Apply(draft, command.Force, $"osd.{command.Osd} is in its place", editor =>
            editor.CreateOrMoveDevice(command.Osd, FixedPoint.From(command.Weight), Read(command.Location)));

    public static ChangeResult Move(Draft draft, CrushMove command) =>
        Missing(draft, command.Item) ?? CrushEdit.Apply(draft, command.Force, $"{command.Item} moved", editor => editor.Move(command.Item, Read(command.Location)));

    public static ChangeResult Link(Draft draft, CrushLink command) =>
        Missing(draft, command.Item) ?? CrushEdit.Apply(draft, command.Force, $"{command.Item} linked", editor => editor.Link(command.Item, Read(command.Location)));

    public static ChangeResult Remove(Draft draft, CrushRemove command) =>
        Missing(draft, command.Item) ?? CrushEdit.Apply(draft, command.Force, $"{command.Item} removed", editor =>
        {
            if (command.Ancestor.Length > 0)
            {
                editor.RemoveFrom(command.Item, command.Ancestor);
            }
            else
            {
                editor.Remove(command.Item);
            }
        });

    public static ChangeResult Reweight(Draft draft, CrushReweight command) =>
        !IsWeight(command.Weight) ? BadWeight()
        : Missing(draft, command.Item)
            ?? CrushEdit.Apply(draft, command.Force, $"{command.Item} reweighted", editor => editor.Reweight(command.Item, FixedPoint.From(command.Weight)));

    public static ChangeResult ReweightSubtree(Draft draft, CrushReweightSubtree command) =>
        !IsWeight(command.Weight) ? BadWeight()
        : Missing(draft, command.Bucket)
            ?? CrushEdit.Apply(
                draft, command.Force, $"OSDs under {command.Bucket} reweighted", editor => editor.ReweightSubtree(command.Bucket, FixedPoint.From(command.Weight)));

    public static ChangeResult ReweightAll(Draft draft, CrushReweightAll command) =>
        CrushEdit.Apply(draft, command.Force, "all buckets reweighted", editor => editor.ReweightAll());

    public static ChangeResult AddBucket(Draft draft, CrushAddBucket command) =>
        draft.Map.Crush.Tree.FindItem(command.Name) is not null
            ? ChangeResult.Exists($"'{command.Name}' exists")
            : CrushEdit.Apply(draft, force: false, $"bucket '{command.Name}' added", editor =>
            {
                editor.AddBucket(command.Name, command.Type);
                if (command.Location.Count > 0)
                {
                    editor.Move(command.Name, Read(command.Location));
                }
            });

    public static ChangeResult RenameBucket(Draft draft, CrushRenameBucket command)
    {
        if (draft.Map.Crush.Tree.FindBucket(command.Bucket) is null)
        {
            // Sent again after the answer was lost, or said twice by a script: nothing is left to do.
            return draft.Map.Crush.Tree.FindBucket(command.NewName) is null
                ? ChangeResult.NotFound($"there is no bucket '{command.Bucket}'")
                : ChangeResult.Ok($"bucket is already called '{command.NewName}'");
        }

        return CrushEdit.Apply(draft, force: false, $"bucket '{command.Bucket}' is now '{command.NewName}'", editor => editor.Rename(command.Bucket, command.NewName));
    }

    public static ChangeResult SwapBuckets(Draft draft, CrushSwapBuckets command) =>
        Missing(draft, command.Source) ?? Missing(draft, command.Target)
        ?? CrushEdit.Apply(draft, command.Force, $"'{command.Source}' and '{command.Target}' swapped", editor => editor.SwapBuckets(command.Source, command.Target));

    private static ChangeResult? Objection(Draft draft, int osd, double weight, int levels) =>
        draft.Map.Osd(new OsdId(osd)) is null ? ChangeResult.NotFound($"osd.{osd} does not exist")
        : !IsWeight(weight) ? BadWeight()
        : levels == 0 ? ChangeResult.Invalid("say where, as in root=default host=a")
        : null;

    private static ChangeResult? Missing(Draft draft, string item) =>
        draft.Map.Crush.Tree.FindItem(item) is null ? ChangeResult.NotFound($"'{item}' is not in the CRUSH map") : null;

    public static bool IsWeight(double weight) => weight is >= 0 and <= WeightMax;

    public static ChangeResult BadWeight() => ChangeResult.Invalid($"a CRUSH weight is between 0 and {WeightMax}");

    private static CrushLocation[] Read(IEnumerable<Maps.Commands.CrushLocation> location) => [.. location.Select(l => new CrushLocation(l.Type, l.Name))];
}
