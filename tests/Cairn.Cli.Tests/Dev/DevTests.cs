using System.Diagnostics;
using Cairn.Cli.Dev;
using Cairn.Messaging.Configuration;

namespace Cairn.Cli.Tests.Dev;

public sealed class DevTests
{
    [Fact]
    public void The_configuration_of_a_dev_cluster_is_one_that_daemons_accept()
    {
        using TempFolder folder = new();
        DevCluster cluster = Cluster(folder);
        DevConf.Write(cluster, [new("mon_osd_down_out_interval", "10s")]);

        CairnConfig monitor = CairnConfig.Load(cluster.ConfPath, "mon.a");
        Assert.Equal(cluster.Fsid, monitor.Fsid);
        Assert.Equal(["a", "b", "c"], monitor.InitialMembers.Select(m => m.Name));
        Assert.Equal(monitor.InitialMembers.Select(m => m.Address), monitor.MonitorHosts);
        Assert.Equal(TimeSpan.FromSeconds(10), monitor.GetDuration("mon_osd_down_out_interval"));
        Assert.Equal("root=default host=host1", CairnConfig.Load(cluster.ConfPath, "osd.1").GetText("crush_location"));
    }

    [Fact]
    public void An_OSD_added_later_has_a_host_of_its_own()
    {
        using TempFolder folder = new();
        DevCluster cluster = Cluster(folder);
        DevConf.Write(cluster, []);
        File.AppendAllText(cluster.ConfPath, DevConf.OsdSection(new DevDaemon { Name = "osd.2" }));
        Assert.Equal("root=default host=host2", CairnConfig.Load(cluster.ConfPath, "osd.2").GetText("crush_location"));
    }

    [Fact]
    public void What_is_recorded_of_a_cluster_is_read_back()
    {
        using TempFolder folder = new();
        DevCluster cluster = Cluster(folder).With([new DevDaemon { Name = "osd.1", Pid = 17, StartTicks = 4 }]);
        cluster.Save();
        DevCluster? back = DevCluster.TryLoad(folder.Path);
        Assert.Equal(cluster.Fsid, back!.Fsid);
        Assert.Equal(cluster.Daemons, back.Daemons);
    }

    [Fact]
    public void A_process_is_known_by_its_start_time_not_by_its_pid_alone()
    {
        using Process self = Process.GetCurrentProcess();
        ulong start = ProcFs.Read(self.Id)!.Value.StartTicks;
        Assert.True(new DevDaemon { Name = "osd.0", Pid = self.Id, StartTicks = start }.IsAlive);
        Assert.False(new DevDaemon { Name = "osd.0", Pid = self.Id, StartTicks = start - 1 }.IsAlive);
    }

    [Fact]
    public void A_zombie_is_dead()
    {
        // Its parent, the sleeping shell, never asks for its child's end.
        using Process parent = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "sh -c 'echo $$' & exec sleep 60"]) { RedirectStandardOutput = true })!;
        try
        {
            int child = int.Parse(parent.StandardOutput.ReadLine()!, System.Globalization.CultureInfo.InvariantCulture);
            SpinWait.SpinUntil(() => ProcFs.Read(child) is not { IsRunning: true }, TimeSpan.FromSeconds(20));
            Assert.False(ProcFs.Read(child) is { IsRunning: true });
        }
        finally
        {
            parent.Kill();
        }
    }

    [Fact]
    public void Free_ports_are_distinct_and_below_those_of_outgoing_connections()
    {
        int[] ports = FreePorts.Find(10);
        Assert.Equal(10, ports.Distinct().Count());
        Assert.All(ports, port => Assert.InRange(port, 1024, 32767));
    }

    private static DevCluster Cluster(TempFolder folder) => new()
    {
        Folder = folder.Path,
        Fsid = Guid.NewGuid(),
        Daemons = [.. new[] { "mon.a", "mon.b", "mon.c", "osd.0", "osd.1" }.Select(n => new DevDaemon { Name = n })],
    };
}
