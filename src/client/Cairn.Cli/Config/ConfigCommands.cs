using System.CommandLine;
using Cairn.Cli.Shell;
using Cairn.Maps.Commands;
using Cairn.Messaging.Wire;
using Command = System.CommandLine.Command;
using Wire = Cairn.Maps.Commands.Command;

namespace Cairn.Cli.Config;

/// <summary>`cairn config`: options that the monitors keep. They take the place of those in files.</summary>
internal static class ConfigCommands
{
    private static readonly Argument<string> Who = new("who") { Description = "Whose: global, mon, osd, or one daemon's, such as osd.3." };
    private static readonly Argument<string> Name = new("name") { Description = "The option." };

    public static Command Create() => new("config", "Options that the monitors keep for all. Monitors obey at once, OSDs from their next start on.")
    {
        Set(), Remove(), Get(), Dump(),
    };

    private static Command Set()
    {
        Argument<string> value = new("value") { Description = "Its value." };
        return new Command("set", "Sets an option.") { Who, Name, value }.Runs((cli, cancellationToken) => cli.ApplyAsync(
            new Wire { ConfigSet = new ConfigSet { Section = cli.Get(Who), Name = cli.Get(Name), Value = cli.Get(value) } }, cancellationToken));
    }

    private static Command Remove() => new Command("rm", "Removes an option: then files and defaults hold again.") { Who, Name }.Runs((cli, cancellationToken) =>
        cli.ApplyAsync(new Wire { ConfigRemove = new ConfigRemove { Section = cli.Get(Who), Name = cli.Get(Name) } }, cancellationToken));

    private static Command Get()
    {
        Argument<string> entity = new("entity") { Description = "A daemon: osd.3." };
        return new Command("get", "Shows what the monitors keep for one daemon; the last of several lines holds.") { entity }.Runs((cli, cancellationToken) =>
            ShowAsync(cli, cli.Get(entity), cancellationToken));
    }

    private static Command Dump() => new Command("dump", "Shows all options that the monitors keep.").Runs((cli, cancellationToken) =>
        ShowAsync(cli, "", cancellationToken));

    private static async Task ShowAsync(Invocation cli, string entity, CancellationToken cancellationToken)
    {
        GetConfigReply reply = await cli.Monitors.CallAsync((m, options) => m.GetConfigAsync(new GetConfigRequest { Entity = entity }, options), cancellationToken);
        IReadOnlyList<ConfigView> view = [.. reply.Options.Select(static o => new ConfigView(o.Section, o.Name, o.Value))];
        cli.Show(
            view,
            output =>
            {
                TextTable table = new("WHO", "OPTION", "VALUE");
                foreach (ConfigView option in view)
                {
                    table.Add(option.Who, option.Name, option.Value);
                }

                table.Write(output);
            });
    }
}

internal sealed record ConfigView(string Who, string Name, string Value);
