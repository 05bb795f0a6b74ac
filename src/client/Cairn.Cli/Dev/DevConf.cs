using System.Globalization;
using System.Text;

namespace Cairn.Cli.Dev;

/// <summary>Writes the configuration of a dev cluster: the same file a real one has, on loopback.</summary>
internal static class DevConf
{
    public static void Write(DevCluster cluster, IReadOnlyList<KeyValuePair<string, string>> settings)
    {
        DevDaemon[] monitors = [.. cluster.Monitors];
        int[] ports = FreePorts.Find(2 * monitors.Length);
        StringBuilder conf = new();
        void Line(string text) => conf.Append(CultureInfo.InvariantCulture, $"{text}\n");

        Line("# A development cluster, made by `cairn dev up`.");
        Line("[global]");
        Line($"fsid = {cluster.Fsid}");
        Line($"mon_host = {string.Join(',', monitors.Select((_, i) => $"127.0.0.1:{ports[2 * i]}"))}");
        foreach ((string name, string value) in settings)
        {
            Line($"{name} = {value}");
        }

        for (int i = 0; i < monitors.Length; i++)
        {
            Line($"\n[{monitors[i].Name}]");
            Line($"mon_addr = 127.0.0.1:{ports[2 * i]}");
            Line($"mon_raft_addr = 127.0.0.1:{ports[(2 * i) + 1]}");
        }

        foreach (DevDaemon osd in cluster.Osds)
        {
            conf.Append(OsdSection(osd));
        }

        File.WriteAllText(cluster.ConfPath, conf.ToString());
    }

    /// <summary>Appended when an OSD is added later.</summary>
    // Each OSD plays a host of its own: the default rule wants copies on different hosts.
    public static string OsdSection(DevDaemon osd) => $"\n[{osd.Name}]\ncrush_location = root=default host=host{osd.Id}\n";
}
