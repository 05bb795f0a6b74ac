using Cairn.Cluster.Tests.Harness;

namespace Cairn.Cluster.Tests;

/// <summary>Bad input gets one clear error, changes nothing and kills nobody.</summary>
public sealed class BadInputTests
{
    [Fact]
    public async Task What_the_cluster_can_not_do_is_refused_with_the_reason()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(mons: 1, osds: 3, "osd_max_object_size=8MiB");
        await cluster.CreatePoolAsync("data");
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, new byte[100]);
            await RefusedAsync(cluster, "no-such-pool", "put", "-p", "no-such-pool", file);
            await RefusedAsync(cluster, "2048", "put", "-p", "data", file, new string('x', 2049));
            await RefusedAsync(cluster, "place", "pool", "create", "wide", "--size", "5");
            await RefusedAsync(cluster, "no-such-object", "get", "-p", "data", "no-such-object", "-");
            await RefusedAsync(cluster, "no-such-pool", "pool", "rm", "no-such-pool", "no-such-pool");
            await RefusedAsync(cluster, "99", "osd", "out", "99");
        }
        finally
        {
            File.Delete(file);
        }

        Assert.Equal("data", (await cluster.CairnAsync("pool", "ls")).Trim());
        Assert.Equal("", (await cluster.CairnAsync("ls", "-p", "data")).Trim());
        await cluster.WaitForAsync("all up", static s => s.OsdsUp == 3);
    }

    [Fact]
    public async Task A_daemon_does_not_start_with_what_is_not_its_own()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(mons: 1, osds: 1);
        await cluster.DevAsync("kill", "osd.0");
        string conf = await File.ReadAllTextAsync(cluster.ConfPath);

        // mkfs over a store that is in use.
        ProgramRun used = await CairnProgram.RunAsync("cairn-osd", ["mkfs", "--id", "0", "--conf", cluster.ConfPath]);
        Assert.Equal(1, used.ExitCode);
        Assert.Contains("osd.0", used.Error, StringComparison.Ordinal);

        // Another cluster's configuration.
        string foreign = Path.Combine(Path.GetDirectoryName(cluster.ConfPath)!, "foreign.conf");
        string fsid = conf.Split('\n').Single(static l => l.StartsWith("fsid = ", StringComparison.Ordinal))["fsid = ".Length..];
        await File.WriteAllTextAsync(foreign, conf.Replace(fsid, Guid.NewGuid().ToString(), StringComparison.Ordinal));
        ProgramRun wrongFsid = await CairnProgram.RunAsync("cairn-osd", ["--id", "0", "--conf", foreign]);
        Assert.Equal(1, wrongFsid.ExitCode);
        Assert.Contains(fsid, wrongFsid.Error, StringComparison.Ordinal);

        // A line that is no option.
        string corrupt = Path.Combine(Path.GetDirectoryName(cluster.ConfPath)!, "corrupt.conf");
        await File.WriteAllTextAsync(corrupt, conf + "\n[osd]\nosd_heartbeat_graze = 6s\n");
        ProgramRun badLine = await CairnProgram.RunAsync("cairn-osd", ["--id", "0", "--conf", corrupt]);
        Assert.Equal(1, badLine.ExitCode);
        Assert.Contains("osd_heartbeat_graze", badLine.Error, StringComparison.Ordinal);
        Assert.Contains("corrupt.conf:", badLine.Error, StringComparison.Ordinal);

        // None of it did harm.
        await cluster.DevAsync("start", "osd.0");
        await cluster.WaitForAsync("osd.0 up", static s => s.OsdsUp == 1);
    }

    [Fact]
    public async Task A_full_disk_refuses_writes_and_still_removes()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(mons: 1, osds: 3, "osd_store_size=256MiB");
        await cluster.CreatePoolAsync("data");
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, new byte[32 << 20]);
            int stored = 0;
            ProgramRun run;
            while ((run = await cluster.TryCairnAsync("put", "-p", "data", file, $"file{stored}")).ExitCode == 0)
            {
                stored++;
                Assert.True(stored < 20, "the disk never gets full");
            }

            Assert.Contains("full", run.Error, StringComparison.OrdinalIgnoreCase);
            await cluster.WaitForAsync("all up", static s => s.OsdsUp == 3);
            for (int i = 0; i < stored; i++)
            {
                await cluster.CairnAsync("rm", "-p", "data", $"file{i}");
            }

            await cluster.CairnAsync("put", "-p", "data", file, "again");
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task RefusedAsync(TestCluster cluster, string names, params string[] arguments)
    {
        ProgramRun run = await cluster.TryCairnAsync(arguments);
        Assert.True(run.ExitCode != 0, $"cairn {string.Join(' ', arguments)} succeeded");
        Assert.Contains(names, run.Error, StringComparison.OrdinalIgnoreCase);
    }
}
