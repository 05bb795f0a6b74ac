using System.CommandLine;
using Cairn.Cli.Shell;
using Cairn.Crush;

namespace Cairn.Cli.Crush;

/// <summary>`cairn crush compare`: what a change of the map would move, and how long that takes.</summary>
internal static class CrushCompareCommand
{
    private static readonly Argument<string> Before = new("before") { Description = "The map as it is." };
    private static readonly Argument<string> After = new("after") { Description = "The map as it would be." };
    private static readonly Option<int> Rule = new("--rule") { Description = "The rule's id, in both. Default 0.", HelpName = "ID" };
    private static readonly Option<int> NumRep = new("--num-rep") { Description = "Replicas or shards. Default 3.", HelpName = "N", DefaultValueFactory = _ => 3 };
    private static readonly Option<int> Pgs = new("--pgs") { Description = "PGs to map. Default 32768.", HelpName = "N", DefaultValueFactory = _ => 32768 };
    private static readonly Option<int?> PoolId = new("--pool-id") { Description = "Hashes the pool into the input, as PGs of a pool are.", HelpName = "ID" };
    private static readonly Option<string[]> BeforeWeight = WeightOption("--weight-before", "before");
    private static readonly Option<string[]> AfterWeight = WeightOption("--weight-after", "after");
    private static readonly Option<long> Bytes = Arguments.Bytes("--bytes", "Data in the cluster, all replicas counted: turns shares into bytes.", "0", long.MaxValue);
    private static readonly Option<long> Rate = Arguments.Bytes("--rate", "Bytes a second that recovery moves: turns bytes into time.", "0", long.MaxValue);

    public static Command Create() => new Command("compare", "Shows how much data moves if one map replaces another.")
    {
        Before, After, Rule, NumRep, Pgs, PoolId, BeforeWeight, AfterWeight, Bytes, Rate,
    }.Runs((cli, _) =>
    {
        Run(cli);
        return Task.CompletedTask;
    });

    private static Option<string[]> WeightOption(string name, string when) => new(name)
    {
        Description = $"OSD WEIGHT: the override weight (reweight) of a device {when} the change. May be repeated.",
        HelpName = "OSD WEIGHT",
        Arity = new ArgumentArity(2, 100_000),
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [],
    };

    private static void Run(Invocation cli)
    {
        CrushMap before = CrushFiles.Read(cli.Get(Before));
        CrushMap after = CrushFiles.Read(cli.Get(After));
        (int rule, int numRep, int pgs) = (cli.Get(Rule), cli.Get(NumRep), cli.Get(Pgs));
        if (!before.Rules.ContainsKey(rule) || !after.Rules.ContainsKey(rule))
        {
            throw new CliException($"rule {rule} is not in both maps");
        }

        if (numRep is <= 0 or > 1000 || pgs is <= 0 or > 10_000_000)
        {
            throw new CliException("--num-rep is between 1 and 1000, --pgs between 1 and 10000000", ExitCode.Usage);
        }

        uint[] inputs = [.. Enumerable.Range(0, pgs).Select(x => cli.Get(PoolId) is int pool ? CrushHash.Hash((uint)x, (uint)pool) : (uint)x)];
        CrushMovement movement = CrushFiles.Guard(() => CrushMovement.Compare(
            before,
            CrushTester.BuildWeights(before, CrushFiles.ParseWeights(cli.Get(BeforeWeight)!)),
            after,
            CrushTester.BuildWeights(after, CrushFiles.ParseWeights(cli.Get(AfterWeight)!)),
            rule,
            numRep,
            inputs));
        Write(movement, cli.Get(Bytes), cli.Get(Rate), cli.Output);
    }

    private static void Write(CrushMovement movement, long bytes, long rate, TextWriter output)
    {
        output.WriteLine(FormattableString.Invariant($"ideal           {movement.Ideal * 100:F4} % of the data: the weight that changes hands"));
        output.WriteLine(FormattableString.Invariant($"moved           {movement.MovedShare * 100:F4} % of the replicas ({movement.Moved} of {movement.Replicas})"));
        output.WriteLine(FormattableString.Invariant($"places changed  {movement.PlacesChangedShare * 100:F4} %"));
        output.WriteLine(FormattableString.Invariant($"PGs touched     {movement.InputsTouchedShare * 100:F4} % ({movement.InputsTouched} of {movement.Inputs})"));
        if (bytes <= 0)
        {
            return;
        }

        double moved = bytes * movement.MovedShare;
        output.WriteLine(FormattableString.Invariant($"data            {moved / (1L << 30):N1} GiB"));
        if (rate > 0)
        {
            output.WriteLine($"time            {TimeSpan.FromSeconds(Math.Ceiling(moved / rate)):c} (days.hours:minutes:seconds)");
        }
    }
}
