using System.Diagnostics;
using System.Globalization;
using Cairn.Client;
using Cairn.Messaging;
using Cairn.Messaging.Security;

namespace Cairn.Cluster.Tests.Harness;

/// <summary>
/// A cluster whose hosts are network namespaces on one switch: host i runs one monitor (the first three) and one OSD, and can be cut off
/// from the others without its processes noticing anything but silence. Needs root and Linux's <c>ip</c>; <see cref="WhyNot"/> says if it can't be.
/// </summary>
public sealed class NetworkCluster : IAsyncDisposable
{
    private const int Monitors = 3;

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("cairn-net-");
    private static int _clusters;

    private readonly string _tag = $"cn{Environment.ProcessId % 10000}x{Interlocked.Increment(ref _clusters)}";
    private readonly string _subnet;
    private readonly int _hosts;
    private readonly List<Process> _daemons = [];

    private NetworkCluster(int hosts)
    {
        _hosts = hosts;
        // Of the network that is set aside for tests (RFC 2544).
        _subnet = string.Create(CultureInfo.InvariantCulture, $"198.{18 + (Environment.ProcessId / 250 % 2)}.{Environment.ProcessId % 250}");
    }

    public string ConfPath => Path.Combine(_root.FullName, "cairn.conf");

    private string Main => $"{_tag}m";

    private string Aside => $"{_tag}a";

    /// <summary>Null if this machine can do it.</summary>
    public static string? WhyNot()
    {
        string probe = $"cnprobe{Environment.ProcessId % 10000}";
        ProgramRun added = Run("ip", "netns", "add", probe);
        if (added.ExitCode != 0)
        {
            return $"network namespaces can't be made here: {added.Error.Trim()}";
        }

        ProgramRun inside = Run("ip", "netns", "exec", probe, "true");
        ProgramRun bridge = Run("ip", "link", "add", probe, "type", "bridge");
        Run("ip", "link", "del", probe);
        Run("ip", "netns", "del", probe);
        return inside.ExitCode != 0 ? $"programs can't be run in network namespaces here: {inside.Error.Trim()}"
            : bridge.ExitCode != 0 ? $"bridges can't be made here: {bridge.Error.Trim()}"
            : null;
    }

    public static async Task<NetworkCluster> StartAsync(int hosts, params string[] settings)
    {
        var cluster = new NetworkCluster(hosts);
        try
        {
            cluster.MakeNetwork();
            await cluster.MakeClusterAsync(settings);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public Task<CairnClient> ConnectAsync() => CairnClient.ConnectAsync(CairnClientOptions.FromFile(ConfPath));

    /// <summary>Runs <c>cairn</c> beside the main switch; fails the test if it fails.</summary>
    public async Task<string> CairnAsync(params string[] arguments) =>
        (await CairnProgram.RunAsync("cairn", [.. arguments, "--conf", ConfPath])).Required().Output;

    /// <summary>Runs <c>cairn</c> on a host.</summary>
    public Task<ProgramRun> TryCairnOnAsync(int host, params string[] arguments) => CairnProgram.RunAsync(
        "/bin/sh",
        ["-c", "exec ip netns exec \"$@\"", "sh", NamespaceOf(host), CairnProgram.PathOf("cairn"), .. arguments, "--conf", ConfPath]);

    /// <summary>These hosts see each other, but no others, and no clients.</summary>
    public void CutOff(params int[] hosts) => MoveTo(Aside, hosts);

    public void Rejoin(params int[] hosts) => MoveTo(Main, hosts);

    public async ValueTask DisposeAsync()
    {
        foreach (Process daemon in _daemons)
        {
            daemon.Kill();
            await daemon.WaitForExitAsync();
            daemon.Dispose();
        }

        for (int host = 0; host < _hosts; host++)
        {
            // The namespace takes its end of the cable along only when the kernel gets to it.
            Run("ip", "link", "del", PortOf(host));
            Run("ip", "netns", "del", NamespaceOf(host));
        }

        Run("ip", "link", "del", Main);
        Run("ip", "link", "del", Aside);
        _root.Delete(recursive: true);
    }

    private void MakeNetwork()
    {
        Ip("link", "add", Main, "type", "bridge");
        Ip("link", "add", Aside, "type", "bridge");
        Ip("addr", "add", $"{_subnet}.254/24", "dev", Main);
        Ip("link", "set", Main, "up");
        Ip("link", "set", Aside, "up");
        for (int host = 0; host < _hosts; host++)
        {
            Ip("netns", "add", NamespaceOf(host));
            Ip("link", "add", PortOf(host), "type", "veth", "peer", "name", "eth0", "netns", NamespaceOf(host));
            Ip("link", "set", PortOf(host), "master", Main, "up");
            Ip("-n", NamespaceOf(host), "addr", "add", $"{AddressOf(host)}/24", "dev", "eth0");
            Ip("-n", NamespaceOf(host), "link", "set", "eth0", "up");
            Ip("-n", NamespaceOf(host), "link", "set", "lo", "up");
        }
    }

    private async Task MakeClusterAsync(string[] settings)
    {
        Guid fsid = Guid.NewGuid();
        List<string> conf =
        [
            "[global]", $"fsid = {fsid}", $"mon_host = {string.Join(',', Enumerable.Range(0, Monitors).Select(h => $"{AddressOf(h)}:3300"))}", .. settings,
        ];
        for (int host = 0; host < Monitors; host++)
        {
            conf.AddRange([$"[mon.{Letter(host)}]", $"mon_addr = {AddressOf(host)}:3300", $"mon_raft_addr = {AddressOf(host)}:3301"]);
        }

        for (int host = 0; host < _hosts; host++)
        {
            conf.AddRange([$"[osd.{host}]", $"osd_addr = {AddressOf(host)}:0", $"osd_admin_addr = {AddressOf(host)}:0", $"crush_location = root=default host=host{host}"]);
        }

        await File.WriteAllLinesAsync(ConfPath, conf);
        IssueCertificates(fsid);
        for (int host = 0; host < Monitors; host++)
        {
            (await CairnProgram.RunAsync("cairn-mon", ["mkfs", "--id", Letter(host), "--conf", ConfPath])).Required();
            StartDaemon(host, "cairn-mon", Letter(host));
        }

        for (int host = 0; host < _hosts; host++)
        {
            string uuid = Guid.NewGuid().ToString();
            await CairnAsync("osd", "new", uuid, "--osd-id", $"{host}");
            (await CairnProgram.RunAsync("cairn-osd", ["mkfs", "--id", $"{host}", "--uuid", uuid, "--conf", ConfPath])).Required();
            StartDaemon(host, "cairn-osd", $"{host}");
        }

        for (int host = 0; host < _hosts; host++)
        {
            await CairnAsync("wait", "osd", $"{host}", "up", "--timeout", "60s");
        }
    }

    private void IssueCertificates(Guid fsid)
    {
        string folder = Path.Combine(_root.FullName, "tls");
        using ClusterCa ca = ClusterCa.Create(folder, fsid, TimeProvider.System);
        IEnumerable<string> names = Enumerable.Range(0, Monitors).Select(h => $"mon.{Letter(h)}")
            .Concat(Enumerable.Range(0, _hosts).Select(static h => $"osd.{h}"))
            .Append("client.admin");
        foreach (string name in names)
        {
            ca.Issue(folder, EntityName.Parse(name), TimeProvider.System);
        }
    }

    private void StartDaemon(int host, string program, string id)
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            ArgumentList =
            {
                "-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null", "sh", Path.Combine(_root.FullName, $"{program}.{id}.log"),
                "ip", "netns", "exec", NamespaceOf(host), CairnProgram.PathOf(program), "--id", id, "--conf", ConfPath,
            },
        };
        _daemons.Add(Process.Start(start)!);
    }

    private void MoveTo(string bridge, int[] hosts)
    {
        foreach (int host in hosts)
        {
            Ip("link", "set", PortOf(host), "master", bridge);
        }
    }

    private string NamespaceOf(int host) => $"{_tag}-{host}";

    private string PortOf(int host) => $"{_tag}p{host}";

    private string AddressOf(int host) => $"{_subnet}.{host + 1}";

    private static string Letter(int host) => ((char)('a' + host)).ToString();

    private static void Ip(params string[] arguments) => Run("ip", arguments).Required();

    private static ProgramRun Run(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            string output = process.StandardOutput.ReadToEnd();
            string error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return new ProgramRun(process.ExitCode, output, error);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return new ProgramRun(127, "", $"{program}: {e.Message}");
        }
    }
}
