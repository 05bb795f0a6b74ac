using Cairn.Cli.Objects;
using Cairn.Cli.Shell;

namespace Cairn.Cli.Tests.Objects;

public sealed class TreeDownloadTests
{
    [Theory]
    [InlineData("a", "/root/a")]
    [InlineData("a/b c/d", "/root/a/b c/d")]
    [InlineData("...", "/root/...")]
    public void A_name_becomes_a_path_below_the_root(string name, string path) => Assert.Equal(path, TreeDownload.PathOf("/root", name));

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/../../b")]
    [InlineData("/etc/passwd")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("./a")]
    [InlineData("a\0b")]
    public void A_name_that_could_leave_the_root_is_refused(string name) => Assert.Throws<CliException>(() => TreeDownload.PathOf("/root", name));
}
