using System.CommandLine;
using Cairn.Cli.Cluster;
using Cairn.Cli.Shell;
using Cairn.Maps;
using Cairn.Maps.Commands;
using Cairn.Messaging.Configuration;
using Cairn.Messaging.Wire;
using Change = Cairn.Maps.Commands.Command;
using Command = System.CommandLine.Command;

namespace Cairn.Cli.Balancing;

/// <summary>`cairn balancer`: the automatic balancer of the leading monitor.</summary>
internal static class BalancerCommands
{
    private const string Mode = "balancer_mode";

    public static Command Create() => new("balancer", "The automatic balancer of the leading monitor; `cairn osd balance` does the same by hand.")
    {
        Status(), Switch("on", "upmap", "Lets it work."), Switch("off", "off", "Stops it; what it did stays."), SetMode(),
    };

    private static Command Status() => new Command("status", "Shows whether it works, and how even the cluster is.").Runs(async (cli, ct) =>
    {
        GetConfigReply config = await cli.Monitors.CallAsync((m, options) => m.GetConfigAsync(new GetConfigRequest { Entity = "mon" }, options), ct);
        OsdMap map = await cli.Monitors.MapAsync(ct);
        double deviation = double.Parse(Value(config, "upmap_max_deviation"), System.Globalization.CultureInfo.InvariantCulture);
        BalancerPlan rest = UpmapBalancer.Propose(map, map.Pools.Keys, int.MaxValue, deviation);
        BalancerView view = new(Value(config, Mode), Value(config, "target_max_misplaced_ratio"), rest.DeviationBefore, rest.Moves, map.PgUpmapItems.Count);
        cli.Show(view, output => view.Write(output));
    });

    private static Command Switch(string verb, string mode, string description) => new Command(verb, description).Runs((cli, ct) => SetAsync(cli, mode, ct));

    private static Command SetMode()
    {
        Argument<string> mode = new Argument<string>("mode") { Description = "upmap or off." }.AcceptOnlyFromAmong("upmap", "off");
        return new Command("mode", "Says how it works.") { mode }.Runs((cli, ct) => SetAsync(cli, cli.Get(mode), ct));
    }

    private static Task SetAsync(Invocation cli, string mode, CancellationToken cancellationToken) =>
        cli.ApplyAsync(new Change { ConfigSet = new ConfigSet { Section = "mon", Name = Mode, Value = mode } }, cancellationToken);

    // Central options come least specific first. What a monitor's own file says is not seen from here.
    private static string Value(GetConfigReply config, string name) =>
        config.Options.LastOrDefault(o => o.Name == name)?.Value ?? KnownOptions.Find(name)!.Default!;
}
