using System.CommandLine;
using Cairn.Cli.Shell;
using Cairn.Crush;

namespace Cairn.Cli.Crush;

/// <summary>`cairn crush test`: the options and lines of `crushtool --test`.</summary>
internal static class CrushTestCommand
{
    private static readonly Option<string> Input = new("-i", "--input") { Description = "The map, as text or compiled; - is standard input.", Required = true, HelpName = "FILE" };
    private static readonly Option<int?> Rule = new("--rule") { Description = "The rule's id; all rules if not given.", HelpName = "ID" };
    private static readonly Option<int?> MinRule = new("--min-rule") { Description = "The first rule's id.", HelpName = "ID" };
    private static readonly Option<int?> MaxRule = new("--max-rule") { Description = "The last rule's id.", HelpName = "ID" };
    private static readonly Option<int?> NumRep = new("--num-rep") { Description = "Results asked for.", HelpName = "N" };
    private static readonly Option<int?> MinRep = new("--min-rep") { Description = "The fewest results asked for.", HelpName = "N" };
    private static readonly Option<int?> MaxRep = new("--max-rep") { Description = "The most results asked for.", HelpName = "N" };
    private static readonly Option<int?> X = new("--x") { Description = "The one input.", HelpName = "X" };
    private static readonly Option<int?> MinX = new("--min-x") { Description = "First input. Without first and last: 0 to 1023.", HelpName = "X" };
    private static readonly Option<int?> MaxX = new("--max-x") { Description = "Last input.", HelpName = "X" };
    private static readonly Option<int?> PoolId = new("--pool-id") { Description = "Hashes the pool into the input, as PGs of a pool are.", HelpName = "ID" };
    private static readonly Option<string[]> Weight = new("--weight", "-w")
    {
        Description = "OSD WEIGHT: the override weight (reweight) of a device. May be repeated.",
        HelpName = "OSD WEIGHT",
        Arity = new ArgumentArity(2, 100_000),
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<bool> Mappings = new("--show-mappings") { Description = "Prints every mapping." };
    private static readonly Option<bool> Bad = new("--show-bad-mappings") { Description = "Prints the mappings with fewer devices than asked for." };
    private static readonly Option<bool> Statistics = new("--show-statistics") { Description = "Prints how many mappings have how many results." };
    private static readonly Option<bool> Utilization = new("--show-utilization") { Description = "Prints how often each device was used, and how often it should be." };
    private static readonly Option<bool> UtilizationAll = new("--show-utilization-all") { Description = "The same, devices of weight 0 too." };
    private static readonly Option<bool> ChooseTries = new("--show-choose-tries") { Description = "Prints how many tries it took to choose." };

    private static readonly (Option<int?> Option, string Tunable)[] Tunables =
        [.. CrushTunableNames.All(CrushTunables.Optimal).Select(t => (Tunable(t.Name), t.Name))];

    public static Command Create()
    {
        Command command = new("test", "Maps a range of inputs; options and output are those of `crushtool --test`.")
        {
            Input, Rule, MinRule, MaxRule, NumRep, MinRep, MaxRep, X, MinX, MaxX, PoolId, Weight,
            Mappings, Bad, Statistics, Utilization, UtilizationAll, ChooseTries,
        };
        foreach ((Option<int?> option, _) in Tunables)
        {
            command.Add(option);
        }

        return command.Runs((cli, _) =>
        {
            Run(cli);
            return Task.CompletedTask;
        });
    }

    private static Option<int?> Tunable(string name) =>
        new($"--set-{name.Replace('_', '-')}") { Description = $"Sets the tunable {name} for this run.", HelpName = "N" };

    private static void Run(Invocation cli)
    {
        CrushMap map = CrushFiles.Read(cli.Get(Input)!);
        CrushTunables tunables = map.Tunables;
        foreach ((Option<int?> option, string name) in Tunables)
        {
            // Straws were measured when the map was compiled: as with crushtool, the version set now does not change them.
            bool applies = name != "straw_calc_version";
            tunables = applies && cli.Get(option) is int value ? CrushTunableNames.With(tunables, name, value)! : tunables;
        }

        var options = new CrushTestOptions
        {
            MinRule = cli.Get(Rule) ?? cli.Get(MinRule),
            MaxRule = cli.Get(Rule) ?? cli.Get(MaxRule),
            MinX = cli.Get(X) ?? cli.Get(MinX),
            MaxX = cli.Get(X) ?? cli.Get(MaxX),
            MinRep = cli.Get(NumRep) ?? cli.Get(MinRep),
            MaxRep = cli.Get(NumRep) ?? cli.Get(MaxRep),
            PoolId = cli.Get(PoolId),
            Weights = CrushFiles.ParseWeights(cli.Get(Weight)!),
            ShowMappings = cli.Get(Mappings),
            ShowBadMappings = cli.Get(Bad),
            ShowStatistics = cli.Get(Statistics),
            ShowUtilization = cli.Get(Utilization),
            ShowUtilizationAll = cli.Get(UtilizationAll),
            ShowChooseTries = cli.Get(ChooseTries),
        };
        CrushFiles.Guard(() =>
        {
            new CrushTester(tunables == map.Tunables ? map : map with { Tunables = tunables }, options, cli.Output, cli.Error).Run();
            return 0;
        });
    }
}
