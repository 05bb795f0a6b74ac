namespace Cairn.Cli.Dev;

/// <summary>A dev cluster as `cairn dev status` shows it.</summary>
internal sealed record DevView(string Folder, string Conf, Guid Fsid, IReadOnlyList<DevView.Daemon> Daemons)
{
    internal sealed record Daemon(string Name, int Pid, string State, double CpuSeconds, long ResidentBytes, string Log);

    public static DevView Of(DevCluster cluster) =>
        new(cluster.Folder, cluster.ConfPath, cluster.Fsid, [.. cluster.Daemons.Select(d => Of(cluster, d))]);

    private static Daemon Of(DevCluster cluster, DevDaemon daemon)
    {
        ProcFs? process = daemon.IsAlive ? ProcFs.Read(daemon.Pid) : null;
        string state = process is null ? (daemon.Pid == 0 ? "never started" : "dead")
            : process.Value.State == 'T' ? "frozen"
            : "running";
        return new Daemon(daemon.Name, process is null ? 0 : daemon.Pid, state, process?.CpuSeconds ?? 0, process?.ResidentBytes ?? 0, cluster.LogOf(daemon));
    }
}
