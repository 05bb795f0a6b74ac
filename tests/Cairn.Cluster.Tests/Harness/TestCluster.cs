using System.Text.Json;
using Cairn.Client;
using Cairn.Messaging.Wire;

namespace Cairn.Cluster.Tests.Harness;

/// <summary>A whole cluster of processes on loopback, in a folder of its own that goes away with it.</summary>
public sealed class TestCluster : IAsyncDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("cairn-test-");

    public string Folder => Path.Combine(_root.FullName, "cluster");

    public string ConfPath => Path.Combine(Folder, "cairn.conf");

    /// <summary>The folder stays when the cluster goes: for its logs.</summary>
    public bool IsKept { get; set; }

    public static async Task<TestCluster> StartAsync(int mons = 3, int osds = 4, params string[] settings)
    {
        var cluster = new TestCluster();
        try
        {
            await cluster.CairnAsync(
                ["dev", "up", "--dir", cluster.Folder, "--mons", $"{mons}", "--osds", $"{osds}", .. settings.SelectMany(static s => new[] { "--set", s })]);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs <c>cairn</c> on this cluster; fails the test if it fails.</summary>
    public async Task<string> CairnAsync(params string[] arguments) => (await TryCairnAsync(arguments)).Required().Output;

    public Task<ProgramRun> TryCairnAsync(params string[] arguments) => CairnProgram.RunAsync("cairn", arguments, Environment);

    public Task<string> DevAsync(string verb, params string[] names) => CairnAsync(["dev", verb, .. names, "--dir", Folder]);

    public Task<CairnClient> ConnectAsync() => CairnClient.ConnectAsync(CairnClientOptions.FromFile(ConfPath));

    /// <summary>A new pool whose PGs are all active.</summary>
    public async Task CreatePoolAsync(string name, int size = 3, int pgs = 16)
    {
        await CairnAsync("pool", "create", name, "--pg-num", $"{pgs}", "--size", $"{size}");
        await WaitForAsync("all PGs active+clean", static s => s.Pgs > 0 && s.PgStates.All(static p => p.State == "active+clean"));
    }

    /// <summary>Waits until the cluster's status is as wanted; fails the test after a while, with what it was last.</summary>
    public async Task WaitForAsync(string what, Func<StatusReply, bool> isSo, int seconds = 90)
    {
        await using CairnClient client = await ConnectAsync();
        await client.WaitForAsync(what, isSo, seconds);
    }

    public Task WaitForCleanAsync(int seconds = 120) =>
        WaitForAsync("all PGs active+clean", static s => s.PgStates.All(static p => p.State.StartsWith("active+clean", StringComparison.Ordinal)), seconds);

    /// <summary>Name of the leading monitor: <c>mon.a</c>.</summary>
    public async Task<string> LeaderAsync()
    {
        using JsonDocument stat = JsonDocument.Parse(await CairnAsync("mon", "stat", "--format", "json"));
        return "mon." + stat.RootElement.GetProperty("leader").GetString();
    }

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(ConfPath))
        {
            await TryCairnAsync("dev", "kill", "all", "--dir", Folder);
        }

        if (!IsKept)
        {
            _root.Delete(recursive: true);
        }
    }

    // A pointer to a dev cluster of whoever runs the tests must not be touched.
    private Dictionary<string, string> Environment => new() { ["CAIRN_CONF"] = ConfPath, ["XDG_RUNTIME_DIR"] = _root.FullName, ["NO_COLOR"] = "1" };
}
