using System.CommandLine;
using Cairn.Cli.Shell;

namespace Cairn.Cli.Dev;

/// <summary>Does to single daemons of a dev cluster what fate does to those of a real one.</summary>
internal static class DevControlCommands
{
    private static readonly Argument<string[]> Names = new("name")
    {
        Description = "Daemons: osd.2 mon.a, or 'all', 'osds', 'mons'.",
        Arity = ArgumentArity.OneOrMore,
    };

    public static Command Start()
    {
        Option<bool> noWait = new("--no-wait") { Description = "Do not wait until they serve." };
        return new Command("start", "Starts daemons that do not run.") { Names, DevCommands.Folder, noWait }.Runs(async (cli, cancellationToken) =>
        {
            DevCluster cluster = DevCommands.Find(cli);
            if (cli.Get(noWait))
            {
                DevLauncher.StartDead(cluster, Chosen(cli, cluster));
            }
            else
            {
                await new DevLauncher(TextWriter.Null).ResumeAsync(cluster, Chosen(cli, cluster), cancellationToken);
            }
        });
    }

    public static Command Stop() => new Command("stop", "Stops daemons with SIGTERM.") { Names, DevCommands.Folder }.Runs(async (cli, cancellationToken) =>
    {
        IReadOnlyList<DevDaemon> killed = await DevStopper.StopAsync(Chosen(cli, DevCommands.Find(cli)), cancellationToken);
        if (killed.Count > 0)
        {
            throw new CliException($"{string.Join(", ", killed.Select(d => d.Name))} did not stop in time and had to be killed");
        }
    });

    public static Command Kill() => new Command("kill", "Ends daemons with SIGKILL: a crash.") { Names, DevCommands.Folder }.Runs((cli, cancellationToken) =>
        DevStopper.KillAsync(Chosen(cli, DevCommands.Find(cli)), cancellationToken));

    public static Command Freeze() => Signals("freeze", "Stops daemons with SIGSTOP: they hang.", Signal.Stop);

    public static Command Thaw() => Signals("thaw", "Lets frozen daemons go on.", Signal.Continue);

    public static Command AddOsd() => new Command("add-osd", "Adds one OSD and waits until it is up.") { DevCommands.Folder }.Runs(async (cli, cancellationToken) =>
    {
        DevCluster cluster = await new DevLauncher(TextWriter.Null).AddOsdAsync(DevCommands.Find(cli), cancellationToken);
        cli.Show(DevView.Of(cluster), output => output.WriteLine(cluster.Osds.Last().Name));
    });

    private static Command Signals(string name, string description, int signal) =>
        new Command(name, description) { Names, DevCommands.Folder }.Runs((cli, _) =>
        {
            foreach (DevDaemon daemon in Chosen(cli, DevCommands.Find(cli)))
            {
                if (!Signal.Send(daemon, signal))
                {
                    throw new CliException($"{daemon.Name} does not run");
                }
            }

            return Task.CompletedTask;
        });

    private static IReadOnlyList<DevDaemon> Chosen(Invocation cli, DevCluster cluster) =>
        [.. cli.Get(Names).SelectMany(name => name switch
        {
            "all" => cluster.Daemons,
            "osds" => cluster.Osds,
            "mons" => cluster.Monitors,
            _ => [cluster.Find(name)],
        }).Distinct()];
}
