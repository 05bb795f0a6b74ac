using System.CommandLine;
using Cairn.Cli.Cluster;
using Cairn.Cli.Shell;
using Cairn.Maps;
using Cairn.Maps.Commands;
using Command = System.CommandLine.Command;
using Change = Cairn.Maps.Commands.Command;

namespace Cairn.Cli.Osds;

/// <summary>`cairn osd blocklist`: clients whose operations the OSDs refuse for a while.</summary>
internal static class OsdBlocklistCommands
{
    private static readonly Argument<string> Who = new("client") { Description = "client.backup, or one process of it: client.backup:1234567." };

    public static Command Create() => new("blocklist", "Fences clients off: OSDs refuse whatever they ask.") { Add(), Remove(), List() };

    private static Command Add()
    {
        Option<TimeSpan> duration = Arguments.Duration("--for", "How long.", "1h");
        return new Command("add", "Fences a client off.") { Who, duration }.Runs((cli, ct) => cli.ApplyAsync(
            new Change { BlocklistAdd = new BlocklistAdd { Who = cli.Get(Who), DurationMs = (ulong)cli.Get(duration).TotalMilliseconds } }, ct));
    }

    private static Command Remove() => new Command("rm", "Lets a client in again.") { Who }.Runs((cli, ct) =>
        cli.ApplyAsync(new Change { BlocklistRemove = new BlocklistRemove { Who = cli.Get(Who) } }, ct));

    private static Command List() => new Command("ls", "Lists who is fenced off, and until when.").Runs(async (cli, ct) =>
    {
        OsdMap map = await cli.Monitors.MapAsync(ct);
        IReadOnlyDictionary<string, string> all = map.Blocklist.ToDictionary(b => b.Key, b => DateTimeOffset.FromUnixTimeMilliseconds(b.Value).ToString("yyyy-MM-ddTHH:mm:ssZ", null));
        cli.Show(all, output =>
        {
            foreach ((string who, string until) in all)
            {
                output.WriteLine($"{who} until {until}");
            }
        });
    });
}
