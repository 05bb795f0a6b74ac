using Cairn.Maps.Commands;

namespace Cairn.Monitor.Tests;

public sealed class StartTests
{
    [Fact]
    public async Task Mkfs_refuses_a_folder_in_use_and_changes_nothing()
    {
        using TestQuorum quorum = TestQuorum.Create(1);
        Directory.CreateDirectory(quorum.FolderOf("a"));
        string other = Path.Combine(quorum.FolderOf("a"), "precious");
        await File.WriteAllTextAsync(other, "data");

        (int exitCode, string errors) = await quorum.MkfsAsync("a");

        Assert.Equal(1, exitCode);
        Assert.Equal($"cairn-mon: {quorum.FolderOf("a")} is in use: it is not empty. Nothing was changed.", errors);
        Assert.Equal([other], Directory.GetFileSystemEntries(quorum.FolderOf("a")));
    }

    [Fact]
    public async Task A_folder_of_another_cluster_is_refused()
    {
        using TestQuorum quorum = TestQuorum.Create(1);
        await quorum.MakeFoldersAsync();
        Guid other = Guid.NewGuid();
        await File.WriteAllTextAsync(Path.Combine(quorum.FolderOf("a"), "fsid"), $"{other}\n");
        Assert.Equal(
            $"cairn-mon: {quorum.FolderOf("a")} belongs to cluster {other}, the configuration is of cluster {quorum.Fsid}",
            await StartErrorAsync(quorum));
    }

    [Fact]
    public async Task Without_mkfs_it_says_what_to_do()
    {
        using TestQuorum quorum = TestQuorum.Create(1);
        Assert.Contains("run cairn-mon mkfs --id a first", await StartErrorAsync(quorum), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_corrupt_line_of_the_configuration_is_named()
    {
        using TestQuorum quorum = TestQuorum.Create(1, "mon_osd_down_out_interval = soon");
        string error = await StartErrorAsync(quorum);
        Assert.Contains($"{quorum.ConfPath}:3", error, StringComparison.Ordinal);
        Assert.Contains("mon_osd_down_out_interval", error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error);
    }

    [Fact]
    public async Task A_second_process_on_the_same_folder_is_refused()
    {
        using TestQuorum quorum = await TestQuorum.StartAsync(1);
        Assert.Contains("in use by another process", await StartErrorAsync(quorum), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SIGTERM_stops_it_cleanly_within_ten_seconds()
    {
        using TestQuorum quorum = await TestQuorum.StartAsync(1);
        MonitorProcess process = quorum.ProcessOf("a");
        process.Terminate();
        Assert.Equal(0, await process.WaitForExitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task What_was_committed_is_there_after_a_restart()
    {
        using TestQuorum quorum = await TestQuorum.StartAsync(1);
        CommandResult created = await quorum.CommandAsync(TestQuorum.CreateOsd(Guid.NewGuid()));
        quorum.Kill("a");
        quorum.Start("a");
        await quorum.LeaderAsync();
        Assert.Equal(created.Epoch, (await quorum.MapAsync("a")).Epoch.Value);
    }

    private static async Task<string> StartErrorAsync(TestQuorum quorum)
    {
        using MonitorProcess run = MonitorProcess.Start("--id", "a", "--conf", quorum.ConfPath);
        Assert.Equal(1, await run.WaitForExitAsync(TestQuorum.Patience));
        return run.Errors.Trim();
    }
}
