using System.CommandLine;
using Cairn.Cli.Cluster;
using Cairn.Cli.Shell;
using Cairn.Maps;
using Change = Cairn.Maps.Commands.Command;

namespace Cairn.Cli.Balancing;

/// <summary>`cairn osd balance`: what the balancer would do on the newest map, shown or done at once.</summary>
internal static class BalanceCommand
{
    private static readonly Option<bool> Apply = new("--apply") { Description = "Does it; without this option nothing changes." };
    private static readonly Option<string[]> Pools = new("--pool", "-p") { Description = "Only this pool. May be repeated.", HelpName = "NAME", DefaultValueFactory = _ => [] };
    private static readonly Option<int> MovesMax = Arguments.Number("--max-moves", "Replicas to move, at most.", 100, n => n >= 1, "at least 1");
    private static readonly Option<double> Deviation = new("--max-deviation")
    {
        Description = "PGs that an OSD may be from its fair share of a pool. Default 1.",
        HelpName = "PGS",
        DefaultValueFactory = _ => 1,
    };

    public static Command Create() =>
        new Command("balance", "Evens out how many PGs OSDs have, by upmap entries: a dry run, unless told to apply it.") { Apply, Pools, MovesMax, Deviation }.Runs(async (cli, ct) =>
        {
            if (!(cli.Get(Deviation) >= 1))
            {
                throw new CliException("--max-deviation is at least 1: PGs are whole", ExitCode.Usage);
            }

            OsdMap map = await cli.Monitors.MapAsync(ct);
            long[] pools = cli.Get(Pools) is { Length: > 0 } names ? [.. names.Select(n => map.RequirePool(n).Id)] : [.. map.Pools.Keys];
            BalancerPlan plan = UpmapBalancer.Propose(map, pools, cli.Get(MovesMax), cli.Get(Deviation));
            bool apply = cli.Get(Apply) && !plan.IsEmpty;
            if (apply)
            {
                await cli.Monitors.ApplyAsync(new Change { UpmapPlan = plan.ToCommand(map) }, ct);
            }

            BalancePlanView view = BalancePlanView.Of(map, plan, apply);
            cli.Show(view, output => view.Write(output));
        });
}
