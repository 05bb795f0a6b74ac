using System.CommandLine;
using Cairn.Cli.Shell;

namespace Cairn.Cli.Status;

/// <summary>`cairn mon stat`.</summary>
internal static class MonCommand
{
    public static Command Create() => new("mon", "The monitors.")
    {
        new Command("stat", "Shows the quorum and its leader.").Runs(async (cli, cancellationToken) =>
        {
            MonView view = MonView.Of(await cli.Monitors.MonStatAsync(cancellationToken));
            cli.Show(
                view,
                output =>
                {
                    output.WriteLine(view.Sentence);
                    TextTable table = new("NAME", "ADDRESS", "RAFT", "QUORUM");
                    foreach (MonView.Monitor monitor in view.Monitors)
                    {
                        table.Add(
                            monitor.Name,
                            monitor.Address,
                            monitor.RaftAddress,
                            !monitor.InQuorum ? "out" : monitor.Name == view.Leader ? "leader" : "in");
                    }

                    table.Write(output);
                });
        }),
    };
}
