using System.Globalization;
using System.Text;

namespace Cairn.Cli.Objects;

/// <summary>What a stored file was on disk: kind and permissions, as st_mode's octal digits in an xattr of its object.</summary>
/// <remarks>A symbolic link is stored as its target, an empty directory as an empty object.</remarks>
internal readonly record struct FileKind(uint Mode)
{
    public const string Xattr = "file.mode";

    private const uint KindMask = 0xF000;
    private const uint Regular = 0x8000;
    private const uint Link = 0xA000;
    private const uint Folder = 0x4000;

    public static FileKind RegularFile(UnixFileMode permissions) => new(Regular | (uint)permissions);

    public static FileKind SymbolicLink => new(Link | 0x1FF);

    public static FileKind Directory(UnixFileMode permissions) => new(Folder | (uint)permissions);

    public bool IsLink => (Mode & KindMask) == Link;

    public bool IsDirectory => (Mode & KindMask) == Folder;

    // Set-uid and its like are not restored: who may write the pool must not make programs of root.
    public UnixFileMode Permissions => (UnixFileMode)(Mode & 0x1FF);

    public Dictionary<string, byte[]> ToXattrs() =>
        new() { [Xattr] = Encoding.ASCII.GetBytes(Convert.ToString((int)Mode, 8)) };

    /// <summary>Null if the object came from elsewhere, and says nothing of it.</summary>
    public static FileKind? FromXattrs(IReadOnlyDictionary<string, byte[]> xattrs)
    {
        if (!xattrs.TryGetValue(Xattr, out byte[]? text) || text.Length is 0 or > 8 || text.Any(b => b is < (byte)'0' or > (byte)'7'))
        {
            return null;
        }

        return new FileKind((uint)text.Aggregate(0, (mode, digit) => (mode * 8) + (digit - '0')));
    }

    public override string ToString() => Convert.ToString((int)Mode, 8).PadLeft(6, '0').ToString(CultureInfo.InvariantCulture);
}
