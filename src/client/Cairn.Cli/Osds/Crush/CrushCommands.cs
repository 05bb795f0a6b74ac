using System.CommandLine;

namespace Cairn.Cli.Osds.Crush;

/// <summary>`cairn osd crush`: where OSDs stand, and how pools choose among them. The words are those of `ceph osd crush`.</summary>
internal static class CrushCommands
{
    public static Command Create() => new("crush", "Edits the CRUSH hierarchy, its device classes, rules and tunables.")
    {
        CrushItemCommands.Add(),
        CrushItemCommands.CreateOrMove(),
        CrushItemCommands.Move(),
        CrushItemCommands.Link(),
        CrushItemCommands.Remove(),
        CrushItemCommands.AddBucket(),
        CrushItemCommands.RenameBucket(),
        CrushItemCommands.SwapBucket(),
        CrushWeightCommands.Reweight(),
        CrushWeightCommands.ReweightSubtree(),
        CrushWeightCommands.ReweightAll(),
        CrushWeightSetCommands.WeightSet(),
        CrushClassCommands.Set(),
        CrushClassCommands.Remove(),
        CrushClassCommands.Class(),
        CrushRuleCommands.Rule(),
        CrushTunableCommands.Profile(),
        CrushTunableCommands.Set(),
        CrushTunableCommands.Show(),
        CrushShowCommands.Tree(),
    };
}
