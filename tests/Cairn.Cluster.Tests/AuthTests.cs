using Cairn.Client;
using Cairn.Cluster.Tests.Harness;
using Cairn.Maps;
using Cairn.Maps.Auth;
using Cairn.Objects.Operations;

namespace Cairn.Cluster.Tests;

/// <summary>What clients may do, with real processes: monitors and OSDs hold them to it, and a capability taken away is gone.</summary>
public sealed class AuthTests
{
    private static readonly string[] AsBackup = ["--id", "backup"];

    [Fact]
    public async Task A_client_reads_and_writes_where_it_may_and_nowhere_else()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(mons: 1, osds: 3);
        await cluster.CreatePoolAsync("backups", pgs: 8);
        await cluster.CreatePoolAsync("private", pgs: 8);
        string file = Path.Combine(cluster.Folder, "file");
        await File.WriteAllTextAsync(file, "data");
        await cluster.CairnAsync("put", "-p", "private", file, "secret");
        await cluster.CairnAsync("auth", "issue", "client.backup");
        Assert.Equal("cairn: client.backup has mon '': this needs 'allow r'", await RefusalAsync(cluster, "put", "-p", "backups", file));

        await cluster.CairnAsync("auth", "add", "client.backup", "mon", "allow r", "osd", "allow rw pool=backups");
        Assert.Equal(
            "client.backup\n\tcaps: [mon] allow r\n\tcaps: [osd] allow rw pool=backups", (await cluster.CairnAsync("auth", "get", "client.backup")).Trim());
        await cluster.CairnAsync(["put", "-p", "backups", file, "copy", .. AsBackup]);
        Assert.Equal("copy", (await cluster.CairnAsync(["ls", "-p", "backups", .. AsBackup])).Trim());
        Assert.Contains("client.backup may not read there", await RefusalAsync(cluster, "get", "-p", "private", "secret", "-"), StringComparison.Ordinal);
        Assert.Contains("client.backup may not read there", await RefusalAsync(cluster, "ls", "-p", "private"), StringComparison.Ordinal);
        Assert.Contains("no permission for", await RefusalAsync(cluster, "put", "-p", "private", file), StringComparison.Ordinal);
        Assert.Contains("this needs 'allow rw'", await RefusalAsync(cluster, "osd", "out", "0"), StringComparison.Ordinal);
        Assert.Contains("this needs 'allow *'", await RefusalAsync(cluster, "scrub", "backups"), StringComparison.Ordinal);

        await using CairnClient living = await CairnClient.ConnectAsync(CairnClientOptions.FromFile(cluster.ConfPath, "client.backup"));
        PoolContext pool = await living.OpenPoolAsync("backups");
        await pool.WriteFullAsync("more", "data"u8.ToArray());
        await cluster.CairnAsync("auth", "caps", "client.backup", "mon", "allow r", "osd", "allow r pool=backups");
        OsdMap seen = living.Map;
        while (ClientCaps.Of(seen, "client.backup").Osd != "allow r pool=backups")
        {
            seen = await living.WaitForMapAsync(seen.Epoch.Next);
        }

        CairnException denied = await Assert.ThrowsAsync<CairnException>(() => pool.WriteFullAsync("more", "other"u8.ToArray()));
        Assert.Equal(OpStatus.PermissionDenied, denied.Status);
        Assert.Equal("data"u8.ToArray(), await pool.ReadAsync("more"));

        await cluster.CairnAsync("osd", "blocklist", "add", "client.backup", "--for", "10m");
        Assert.Contains("client.backup until", await cluster.CairnAsync("osd", "blocklist", "ls"), StringComparison.Ordinal);
        Assert.Equal("cairn: this client is on the blocklist", await RefusalAsync(cluster, "get", "-p", "backups", "copy", "-"));
        await cluster.CairnAsync("osd", "blocklist", "rm", "client.backup");
        Assert.Equal("data", await cluster.CairnAsync(["get", "-p", "backups", "copy", "-", .. AsBackup]));
    }

    private static async Task<string> RefusalAsync(TestCluster cluster, params string[] arguments)
    {
        ProgramRun run = await cluster.TryCairnAsync([.. arguments, .. AsBackup]);
        Assert.Equal(1, run.ExitCode);
        return run.Error.Trim();
    }
}
