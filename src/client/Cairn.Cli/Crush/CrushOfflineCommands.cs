using System.CommandLine;
using Cairn.Cli.Shell;
using Cairn.Crush;

namespace Cairn.Cli.Crush;

/// <summary>`cairn crush`: CRUSH maps on this machine, without a cluster; what `crushtool` does.</summary>
internal static class CrushOfflineCommands
{
    private static readonly Argument<string> MapFile = new("map") { Description = "A CRUSH map, as text or compiled; - is standard input." };
    private static readonly Option<string> Out = new("-o", "--output") { Description = "Where to write; standard output if not given.", HelpName = "FILE" };

    public static Command Create() => new("crush", "Works on CRUSH maps: check, test, compare, build, show.")
    {
        Compile(), Decompile(), CrushTestCommand.Create(), CrushCompareCommand.Create(), Build(), Tree(),
    };

    private static Command Compile()
    {
        Option<bool> binary = new("--binary") { Description = "Writes Ceph's compiled form, as `crushtool -c` does, in place of text." };
        return new Command("compile", "Checks a map, and writes it out canonically: with all ids, shadow trees and weights.") { MapFile, Out, binary }.Runs(
            (cli, ct) => CrushFiles.WriteAsync(cli, CrushFiles.Read(cli.Get(MapFile)), cli.Get(Out), cli.Get(binary), ct));
    }

    private static Command Decompile()
    {
        Option<CrushTextDialect> dialect = new("--dialect")
        {
            Description = "Any: weights that read back the same. Pacific: as Ceph 16 prints, 3 decimals. Quincy: as later releases, 5 decimals.",
        };
        return new Command("decompile", "Writes a map in the text form of `crushtool -d`.") { MapFile, Out, dialect }.Runs((cli, ct) =>
            CrushFiles.WriteTextAsync(cli, CrushText.Write(CrushFiles.Read(cli.Get(MapFile)), cli.Get(dialect)), cli.Get(Out), ct));
    }

    private static Command Build()
    {
        Option<int> count = new("--num-osds") { Description = "Devices.", Required = true, HelpName = "N" };
        Argument<string[]> layers = new("layer") { Description = "TYPE ALGORITHM SIZE for each level, from the lowest; size 0 is one bucket of all.", Arity = ArgumentArity.OneOrMore };
        return new Command("build", "Builds a map of layers: --num-osds 320 node straw2 4 rack straw2 20 root straw2 0.") { count, layers, Out }.Runs((cli, ct) =>
        {
            CrushMap map = CrushFiles.Guard(() => CrushLayer.Build(cli.Get(count), ParseLayers(cli.Get(layers))));
            return CrushFiles.WriteAsync(cli, map, cli.Get(Out), binary: false, ct);
        });
    }

    private static Command Tree() => new Command("tree", "Shows the hierarchy of a map.") { MapFile }.Runs((cli, _) =>
    {
        CrushTreeView.Write(CrushFiles.Read(cli.Get(MapFile)), cli.Output);
        return Task.CompletedTask;
    });

    private static List<CrushLayer> ParseLayers(string[] words)
    {
        if (words.Length % 3 != 0)
        {
            throw new CliException("layers are given as triples: TYPE ALGORITHM SIZE", ExitCode.Usage);
        }

        var layers = new List<CrushLayer>();
        foreach (string[] layer in words.Chunk(3))
        {
            BucketAlgorithm algorithm = BucketAlgorithmNames.Find(layer[1])
                ?? throw new CliException($"'{layer[1]}' is no bucket algorithm: expected uniform, list, tree, straw or straw2", ExitCode.Usage);
            if (!int.TryParse(layer[2], out int size))
            {
                throw new CliException($"'{layer[2]}' is no size", ExitCode.Usage);
            }

            layers.Add(new CrushLayer(layer[0], algorithm, size));
        }

        return layers;
    }
}
