using System.CommandLine;
using System.Globalization;
using Cairn.Cli.Shell;

namespace Cairn.Cli.Dev;

/// <summary>`cairn dev status`: the processes; 0 if all run.</summary>
internal static class DevStatusCommand
{
    public static Command Create() =>
        new Command("status", "Shows the processes of the dev cluster; fails unless all run.") { DevCommands.Folder }.Runs((cli, _) =>
        {
            DevView view = DevView.Of(DevCommands.Find(cli));
            cli.Show(
                view,
                output =>
                {
                    output.WriteLine($"{view.Fsid} in {view.Folder}");
                    TextTable table = new TextTable("NAME", "STATE", "PID", "CPU", "RSS", "LOG").Right(2, 3, 4);
                    foreach (DevView.Daemon d in view.Daemons)
                    {
                        table.Add(
                            d.Name,
                            d.State,
                            d.Pid == 0 ? "" : d.Pid.ToString(CultureInfo.InvariantCulture),
                            Units.Number(d.CpuSeconds) + "s",
                            Units.Bytes(d.ResidentBytes),
                            d.Log);
                    }

                    table.Write(output);
                });
            return Task.FromResult(view.Daemons.All(d => d.State == "running") ? ExitCode.Done : ExitCode.Failed);
        });
}
