using System.Globalization;
using Cairn.Cli.Cluster;
using Cairn.Cli.Shell;
using Cairn.Maps.Commands;
using Cairn.Messaging;
using Cairn.Messaging.Configuration;
using Cairn.Messaging.Security;
using Cairn.Messaging.Wire;
using Google.Protobuf;
using Grpc.Core;

namespace Cairn.Cli.Dev;

/// <summary>Makes the folders of a dev cluster and starts its daemons, as much at once as their order allows.</summary>
internal sealed class DevLauncher(TextWriter progress)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(60);

    /// <summary>From nothing to all OSDs up.</summary>
    public async Task<DevCluster> CreateAsync(DevCluster cluster, IReadOnlyList<KeyValuePair<string, string>> settings, CancellationToken cancellationToken)
    {
        DevConf.Write(cluster, settings);
        // Checks the settings before anything starts.
        CairnConfig config = CairnConfig.Load(cluster.ConfPath, "client.admin");
        IssueCertificates(cluster, config.TlsDirectory);
        cluster.Save();

        Dictionary<DevDaemon, Guid> uuids = cluster.Osds.ToDictionary(o => o, _ => Guid.NewGuid());
        progress.WriteLine($"making {cluster.Monitors.Count()} monitors and {cluster.Osds.Count()} OSDs in {cluster.Folder}");
        // The ids are known beforehand, so the OSDs' stores are made while the monitors elect their leader.
        Task stores = Task.WhenAll(uuids.Select(o => DaemonPrograms.MkfsAsync(cluster, o.Key, ["--uuid", o.Value.ToString()], cancellationToken)));
        await Task.WhenAll(cluster.Monitors.Select(m => DaemonPrograms.MkfsAsync(cluster, m, [], cancellationToken)));
        cluster = Start(cluster, cluster.Monitors);
        using Monitors monitors = new(config);
        await WaitForLeaderAsync(cluster, monitors, cancellationToken);
        await Task.WhenAll(uuids.Select(o => CreateOsdAsync(monitors, o.Key, o.Value, cancellationToken)));
        await stores;
        cluster = Start(cluster, cluster.Osds);
        await WaitForOsdsAsync(cluster, monitors, cancellationToken);
        return cluster;
    }

    /// <summary>Adds one OSD to a running cluster.</summary>
    public async Task<DevCluster> AddOsdAsync(DevCluster cluster, CancellationToken cancellationToken)
    {
        int id = cluster.Osds.Select(o => int.Parse(o.Id, CultureInfo.InvariantCulture)).DefaultIfEmpty(-1).Max() + 1;
        DevDaemon osd = new() { Name = $"osd.{id}" };
        await File.AppendAllTextAsync(cluster.ConfPath, DevConf.OsdSection(osd), cancellationToken);
        CairnConfig config = CairnConfig.Load(cluster.ConfPath, "client.admin");
        using (ClusterCa ca = ClusterCa.Open(config.TlsDirectory))
        {
            ca.Issue(config.TlsDirectory, EntityName.Parse(osd.Name), TimeProvider.System);
        }

        Guid uuid = Guid.NewGuid();
        using Monitors monitors = new(config);
        await CreateOsdAsync(monitors, osd, uuid, cancellationToken);
        await DaemonPrograms.MkfsAsync(cluster, osd, ["--uuid", uuid.ToString()], cancellationToken);
        cluster = Start(cluster, [osd]);
        await WaitForOsdsAsync(cluster, monitors, cancellationToken);
        return cluster;
    }

    /// <summary>Starts those that do not run, and waits until they serve.</summary>
    public async Task<DevCluster> ResumeAsync(DevCluster cluster, IEnumerable<DevDaemon> daemons, CancellationToken cancellationToken)
    {
        DevDaemon[] dead = [.. daemons.Where(d => !d.IsAlive)];
        cluster = Start(cluster, dead);
        using Monitors monitors = new(CairnConfig.Load(cluster.ConfPath, "client.admin"));
        await WaitForLeaderAsync(cluster, monitors, cancellationToken);
        if (dead.Any(d => !d.IsMonitor))
        {
            await WaitForOsdsAsync(cluster, monitors, cancellationToken);
        }

        return cluster;
    }

    /// <summary>Starts those that do not run.</summary>
    public static DevCluster StartDead(DevCluster cluster, IEnumerable<DevDaemon> daemons) => Start(cluster, daemons.Where(d => !d.IsAlive));

    private static DevCluster Start(DevCluster cluster, IEnumerable<DevDaemon> daemons)
    {
        DevCluster started = cluster.With([.. daemons.Select(d => DaemonPrograms.Start(cluster, d))]);
        started.Save();
        return started;
    }

    private static void IssueCertificates(DevCluster cluster, string tlsFolder)
    {
        using ClusterCa ca = ClusterCa.Create(tlsFolder, cluster.Fsid, TimeProvider.System);
        foreach (string name in cluster.Daemons.Select(d => d.Name).Append("client.admin"))
        {
            ca.Issue(tlsFolder, EntityName.Parse(name), TimeProvider.System);
        }
    }

    private static Task CreateOsdAsync(Monitors monitors, DevDaemon osd, Guid uuid, CancellationToken cancellationToken) =>
        monitors.ApplyAsync(
            new Command
            {
                OsdCreate = new OsdCreate
                {
                    Uuid = ByteString.CopyFrom(uuid.ToByteArray(bigEndian: true)),
                    Id = int.Parse(osd.Id, CultureInfo.InvariantCulture),
                },
            },
            cancellationToken);

    private async Task WaitForLeaderAsync(DevCluster cluster, Monitors monitors, CancellationToken cancellationToken)
    {
        await WaitAsync(
            cluster,
            "the monitors to elect a leader",
            async deadline =>
            {
                foreach (HostPort address in monitors.Addresses)
                {
                    ProbeReply reply = await monitors.Client(address).ProbeAsync(new ProbeRequest(), deadline: deadline, cancellationToken: cancellationToken);
                    // Epoch 1 is the cluster's making: before it, commands are refused.
                    if (reply.HasLeader && reply.Epoch > 0)
                    {
                        return true;
                    }
                }

                return false;
            },
            cancellationToken);
        progress.WriteLine("the monitors have a leader");
    }

    private async Task WaitForOsdsAsync(DevCluster cluster, Monitors monitors, CancellationToken cancellationToken)
    {
        int expected = cluster.Osds.Count(o => o.IsAlive);
        await WaitAsync(
            cluster,
            $"{expected} OSDs to be up",
            async _ => (await monitors.StatusAsync(cancellationToken)).OsdsUp >= expected,
            cancellationToken);
        progress.WriteLine($"{expected} OSDs are up");
    }

    private static async Task WaitAsync(DevCluster cluster, string what, Func<DateTime, Task<bool>> isDone, CancellationToken cancellationToken)
    {
        DateTime end = DateTime.UtcNow + StartMax;
        while (true)
        {
            try
            {
                if (await isDone(end))
                {
                    return;
                }
            }
            catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded)
            {
                // Not listening yet.
            }

            if (cluster.Daemons.FirstOrDefault(d => d.Pid != 0 && !d.IsAlive) is { } dead)
            {
                throw new CliException($"{dead.Name} ended while waiting for {what}: {DevLog.LastLine(cluster, dead)}");
            }

            if (DateTime.UtcNow > end)
            {
                throw new CliException($"waited {Units.Age(StartMax)} for {what}; the logs are in {Path.Combine(cluster.Folder, "log")}");
            }

            await Task.Delay(Poll, cancellationToken);
        }
    }
}
