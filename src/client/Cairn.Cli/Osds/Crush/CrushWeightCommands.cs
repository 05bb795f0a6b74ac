using Cairn.Cli.Shell;
using Cairn.Maps.Commands;
using static Cairn.Cli.Osds.Crush.CrushArguments;
using Command = System.CommandLine.Command;
using Change = Cairn.Maps.Commands.Command;

namespace Cairn.Cli.Osds.Crush;

/// <summary>CRUSH weights: how much data an OSD is to hold. The in-weight is `cairn osd reweight`.</summary>
internal static class CrushWeightCommands
{
    public static Command Reweight() => new Command("reweight", "Sets the CRUSH weight of an item, and the sums above it.") { Item, Weight, Force }.Runs((cli, ct) =>
        cli.ApplyAsync(new Change { CrushReweight = new CrushReweight { Item = cli.Get(Item), Weight = cli.Get(Weight), Force = cli.Get(Force) } }, ct));

    public static Command ReweightSubtree() =>
        new Command("reweight-subtree", "Gives every OSD below a bucket one CRUSH weight.") { Bucket, Weight, Force }.Runs((cli, ct) => cli.ApplyAsync(
            new Change { CrushReweightSubtree = new CrushReweightSubtree { Bucket = cli.Get(Bucket), Weight = cli.Get(Weight), Force = cli.Get(Force) } }, ct));

    public static Command ReweightAll() => new Command("reweight-all", "Makes each bucket's weight the sum of its items' again.") { Force }.Runs((cli, ct) =>
        cli.ApplyAsync(new Change { CrushReweightAll = new CrushReweightAll { Force = cli.Get(Force) } }, ct));
}
