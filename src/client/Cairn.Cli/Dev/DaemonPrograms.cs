using System.Diagnostics;
using Cairn.Cli.Shell;

namespace Cairn.Cli.Dev;

/// <summary>Runs cairn-mon and cairn-osd, which lie beside this program or in the PATH.</summary>
internal static class DaemonPrograms
{
    /// <summary>Starts a daemon that outlives us: its own session, output to its log.</summary>
    public static DevDaemon Start(DevCluster cluster, DevDaemon daemon)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(cluster.LogOf(daemon))!);
        // The shell and setsid both exec, so that the pid we get is the daemon's.
        ProcessStartInfo start = new("/bin/sh")
        {
            ArgumentList =
            {
                "-c", "log=$1; shift; exec setsid \"$@\" >>\"$log\" 2>&1 </dev/null", "sh", cluster.LogOf(daemon),
                PathOf(daemon), "--id", daemon.Id, "--conf", cluster.ConfPath,
            },
            WorkingDirectory = cluster.Folder,
        };
        start.Environment.Remove("NOTIFY_SOCKET");
        using Process process = Process.Start(start) ?? throw new CliException($"can't start {daemon.Name}");
        return daemon with { Pid = process.Id, StartTicks = ProcFs.Read(process.Id)?.StartTicks ?? 0 };
    }

    /// <summary>Makes a daemon's data folder.</summary>
    public static async Task MkfsAsync(DevCluster cluster, DevDaemon daemon, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        ProcessStartInfo start = new(PathOf(daemon), ["mkfs", "--id", daemon.Id, "--conf", cluster.ConfPath, .. arguments])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = cluster.Folder,
        };
        using Process process = Process.Start(start) ?? throw new CliException($"can't run mkfs of {daemon.Name}");
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        string error = await process.StandardError.ReadToEndAsync(cancellationToken);
        await output;
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new CliException($"mkfs of {daemon.Name} failed: {error.Trim()}");
        }
    }

    private static string PathOf(DevDaemon daemon)
    {
        string name = daemon.IsMonitor ? "cairn-mon" : "cairn-osd";
        string beside = Path.Combine(AppContext.BaseDirectory, name);
        return File.Exists(beside)
            ? beside
            : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(f => Path.Combine(f, name)).FirstOrDefault(File.Exists)
                ?? throw new CliException($"{name} is neither beside this program ({AppContext.BaseDirectory}) nor in the PATH");
    }
}
