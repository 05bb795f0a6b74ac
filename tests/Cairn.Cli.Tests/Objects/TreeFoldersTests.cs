using Cairn.Cli.Objects;
using Cairn.Cli.Shell;

namespace Cairn.Cli.Tests.Objects;

public sealed class TreeFoldersTests
{
    [Fact]
    public void A_directory_is_there_for_each_of_many_that_need_it_at_once()
    {
        using TempFolder root = new();
        TreeFolders folders = new(root.Path);
        Parallel.For(0, 4000, new ParallelOptions { MaxDegreeOfParallelism = 16 }, i =>
        {
            string folder = Path.Combine(root.Path, $"{i / 400}", $"{i / 40}", $"{i / 8}");
            folders.Prepare(folder);
            File.WriteAllText(Path.Combine(folder, $"{i}"), "");
        });
        Assert.Equal(4000, Directory.EnumerateFiles(root.Path, "*", SearchOption.AllDirectories).Count());
    }

    [Fact]
    public void Nothing_is_written_through_a_symbolic_link()
    {
        using TempFolder root = new();
        using TempFolder elsewhere = new();
        Directory.CreateSymbolicLink(Path.Combine(root.Path, "link"), elsewhere.Path);
        Assert.Throws<CliException>(() => new TreeFolders(root.Path).Prepare(Path.Combine(root.Path, "link", "below")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(elsewhere.Path));
    }
}
