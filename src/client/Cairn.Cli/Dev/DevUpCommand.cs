using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Cairn.Cli.Cluster;
using Cairn.Cli.Shell;

namespace Cairn.Cli.Dev;

/// <summary>`cairn dev up`: makes a cluster, or starts again one that was stopped or killed.</summary>
internal static class DevUpCommand
{
    private const int OsdsMax = 64;

    public static Command Create()
    {
        // Only an odd number of monitors tolerates more failures than one less.
        Option<int> mons = Arguments.Number("--mons", "Monitors: 1, 3 or 5.", 3, n => n is 1 or 3 or 5, "1, 3 or 5");
        Option<int> osds = Arguments.Number("--osds", "OSDs, each on a host of its own in CRUSH.", 4, n => n is >= 0 and <= OsdsMax, $"0 to {OsdsMax}");
        Option<string[]> settings = new("--set")
        {
            Description = "An option of the new cluster's configuration; can be given again.",
            HelpName = "NAME=VALUE",
        };
        Command command = new("up", "Starts a dev cluster, and returns when all of it is up.") { mons, osds, DevCommands.Folder, settings };
        return command.Runs(async (cli, cancellationToken) =>
        {
            long started = Stopwatch.GetTimestamp();
            DevLauncher launcher = new(cli.IsJson ? TextWriter.Null : cli.Output);
            DevCluster? old = FindStopped(cli);
            DevCluster cluster = old is null
                ? await CreateAsync(launcher, NewCluster(cli, cli.Get(mons), cli.Get(osds)), Settings.Parse(cli.Get(settings) ?? []), cancellationToken)
                : await launcher.ResumeAsync(old, old.Daemons, cancellationToken);
            bool isFound = DevPointer.FindRunning() is not { } other || other.Folder == cluster.Folder;
            if (isFound)
            {
                DevPointer.Write(cluster);
            }

            TimeSpan took = Stopwatch.GetElapsedTime(started);
            cli.Show(
                DevView.Of(cluster),
                output =>
                {
                    output.WriteLine($"up in {Units.Age(took)}");
                    output.WriteLine();
                    output.WriteLine(isFound ? "`cairn` finds this cluster by itself. Try:" : $"Another dev cluster runs, so first:  export CAIRN_CONF={cluster.ConfPath}");
                    output.WriteLine("  cairn status");
                    output.WriteLine("  cairn pool create mine && cairn put -p mine FILE && cairn ls -p mine");
                    output.WriteLine($"  cairn dev kill osd.0           # logs: {Path.Combine(cluster.Folder, "log")}");
                    output.WriteLine("  cairn dev down");
                });
        });
    }

    /// <summary>A cluster in the folder that was meant that does not run now.</summary>
    private static DevCluster? FindStopped(Invocation cli)
    {
        DevCluster? old = cli.Get(DevCommands.Folder) is { } folder ? DevCluster.TryLoad(Path.GetFullPath(folder)) : DevPointer.Find();
        if (old is not null && old.Daemons.All(d => d.IsAlive))
        {
            throw new CliException($"a dev cluster already runs in {old.Folder}: 'cairn dev down' stops it, --dir makes another beside it");
        }

        return old;
    }

    private static DevCluster NewCluster(Invocation cli, int mons, int osds)
    {
        Guid fsid = Guid.NewGuid();
        string? given = cli.Get(DevCommands.Folder);
        string folder = given is null
            ? Path.Combine(
                Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } state
                    ? state
                    : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state"),
                "cairn",
                $"dev-{fsid.ToString()[..8]}")
            : Path.GetFullPath(given);
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new CliException($"{folder} is not empty, and no dev cluster: choose another folder");
        }

        Directory.CreateDirectory(folder);
        return new DevCluster
        {
            Folder = folder,
            Fsid = fsid,
            OwnsFolder = given is null,
            Daemons =
            [
                .. Enumerable.Range(0, mons).Select(i => new DevDaemon { Name = $"mon.{(char)('a' + i)}" }),
                .. Enumerable.Range(0, osds).Select(i => new DevDaemon { Name = string.Create(CultureInfo.InvariantCulture, $"osd.{i}") }),
            ],
        };
    }

    private static async Task<DevCluster> CreateAsync(
        DevLauncher launcher,
        DevCluster cluster,
        IReadOnlyList<KeyValuePair<string, string>> settings,
        CancellationToken cancellationToken)
    {
        try
        {
            return await launcher.CreateAsync(cluster, settings, cancellationToken);
        }
        catch (Exception)
        {
            // What was started so far must not stay behind; the logs do, in a folder that the user chose.
            if (DevCluster.TryLoad(cluster.Folder) is { } started)
            {
                await DevStopper.KillAsync(started.Daemons, CancellationToken.None);
                File.Delete(Path.Combine(cluster.Folder, "dev.json"));
            }

            throw;
        }
    }
}
