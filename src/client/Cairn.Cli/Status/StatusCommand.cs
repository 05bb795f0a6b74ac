using System.CommandLine;
using Cairn.Cli.Shell;

namespace Cairn.Cli.Status;

/// <summary>`cairn status`: the cluster on one page.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        Command command = new("status", "Shows the cluster on one page.") { Aliases = { "-s" } };
        return command.Runs(async (cli, cancellationToken) =>
        {
            StatusView view = StatusView.Of(await cli.Monitors.StatusAsync(cancellationToken));
            cli.Show(view, view.Write);
        });
    }
}
