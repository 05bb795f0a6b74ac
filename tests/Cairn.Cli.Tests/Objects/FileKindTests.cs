using System.Text;
using Cairn.Cli.Objects;

namespace Cairn.Cli.Tests.Objects;

public sealed class FileKindTests
{
    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead;

    [Fact]
    public void What_is_stored_comes_back()
    {
        FileKind? back = FileKind.FromXattrs(FileKind.RegularFile(Executable).ToXattrs());
        Assert.Equal(Executable, back!.Value.Permissions);
        Assert.Equal("100540", back.Value.ToString());
        Assert.True(FileKind.FromXattrs(FileKind.SymbolicLink.ToXattrs())!.Value.IsLink);
        Assert.True(FileKind.FromXattrs(FileKind.Directory(Executable).ToXattrs())!.Value.IsDirectory);
    }

    [Fact]
    public void A_program_does_not_come_back_as_one_that_runs_as_another_user() =>
        Assert.Equal(Executable, FileKind.FromXattrs(FileKind.RegularFile(Executable | UnixFileMode.SetUser).ToXattrs())!.Value.Permissions);

    [Theory]
    [InlineData("")]
    [InlineData("rwxr-xr-x")]
    [InlineData("108")]
    [InlineData("7777777777777777")]
    public void A_mode_that_is_none_is_taken_as_unknown(string text) =>
        Assert.Null(FileKind.FromXattrs(new Dictionary<string, byte[]> { [FileKind.Xattr] = Encoding.ASCII.GetBytes(text) }));
}
