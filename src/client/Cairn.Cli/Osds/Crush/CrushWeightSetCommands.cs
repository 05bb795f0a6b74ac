using System.CommandLine;
using Cairn.Cli.Cluster;
using Cairn.Cli.Shell;
using Cairn.Maps;
using Cairn.Maps.Commands;
using static Cairn.Cli.Osds.Crush.CrushArguments;
using Command = System.CommandLine.Command;
using Change = Cairn.Maps.Commands.Command;

namespace Cairn.Cli.Osds.Crush;

/// <summary>`cairn osd crush weight-set`: weights that placement uses in the hierarchy's stead. The words are Ceph's.</summary>
internal static class CrushWeightSetCommands
{
    private static readonly Argument<string> Pool = Word("pool", "Whose weight set.");

    public static Command WeightSet() => new("weight-set", "Weights that placement uses in the hierarchy's stead: of one pool, or compat, of all that have none of their own.")
    {
        List(), Dump(), Create(), CreateCompat(), Reweight(), ReweightCompat(), Remove(), RemoveCompat(),
    };

    private static Command List() => new Command("ls", "Lists the weight sets by pool.").Runs(async (cli, ct) =>
    {
        OsdMap map = await cli.Monitors.MapAsync(ct);
        IReadOnlyList<string> names = [.. map.Crush.ChooseArgs.Keys.Select(id => WeightSetView.NameOf(map, id))];
        cli.Show(names, output => CrushShowCommands.WriteLines(output, names));
    });

    private static Command Dump() => new Command("dump", "Shows the weight sets beside the hierarchy's own weights.").Runs(async (cli, ct) =>
    {
        IReadOnlyList<WeightSetView> sets = WeightSetView.Of(await cli.Monitors.MapAsync(ct));
        cli.Show(sets, output =>
        {
            foreach (WeightSetView set in sets)
            {
                set.Write(output);
            }
        });
    });

    private static Command Create()
    {
        Argument<string> mode = Word("mode", "flat: one weight for all places. positional: one for each of the pool's places.");
        mode.AcceptOnlyFromAmong("flat", "positional");
        return new Command("create", "Makes a weight set of a pool; it begins as the hierarchy's weights.") { Pool, mode }.Runs((cli, ct) => cli.ApplyAsync(
            new Change { CrushWeightSetCreate = new CrushWeightSetCreate { Pool = cli.Get(Pool), Positional = cli.Get(mode) == "positional" } }, ct));
    }

    private static Command CreateCompat() => new Command("create-compat", "Makes the weight set of all pools that have none of their own.").Runs((cli, ct) =>
        cli.ApplyAsync(new Change { CrushWeightSetCreate = new CrushWeightSetCreate() }, ct));

    private static Command Reweight()
    {
        Argument<double[]> weights = new("weight") { Description = "One, or for a positional set one for each place.", Arity = ArgumentArity.OneOrMore };
        return new Command("reweight", "Sets the weight of an item in a pool's weight set, and the sums above it there.") { Pool, Item, weights, Force }.Runs((cli, ct) => cli.ApplyAsync(
            new Change
            {
                CrushWeightSetReweight = new CrushWeightSetReweight { Pool = cli.Get(Pool), Item = cli.Get(Item), Weights = { cli.Get(weights) }, Force = cli.Get(Force) },
            },
            ct));
    }

    private static Command ReweightCompat() =>
        new Command("reweight-compat", "Sets the weight of an item in the compat weight set, and the sums above it there.") { Item, Weight, Force }.Runs((cli, ct) => cli.ApplyAsync(
            new Change { CrushWeightSetReweight = new CrushWeightSetReweight { Item = cli.Get(Item), Weights = { cli.Get(Weight) }, Force = cli.Get(Force) } }, ct));

    private static Command Remove() => new Command("rm", "Removes the weight set of a pool.") { Pool, Force }.Runs((cli, ct) =>
        cli.ApplyAsync(new Change { CrushWeightSetRemove = new CrushWeightSetRemove { Pool = cli.Get(Pool), Force = cli.Get(Force) } }, ct));

    private static Command RemoveCompat() => new Command("rm-compat", "Removes the compat weight set.") { Force }.Runs((cli, ct) =>
        cli.ApplyAsync(new Change { CrushWeightSetRemove = new CrushWeightSetRemove { Force = cli.Get(Force) } }, ct));
}
