using System.Globalization;
using System.Text;
using Cairn.Objects.Operations;

namespace Cairn.Client.Striping;

/// <summary>How a file larger than one object lies over objects. Kept in an xattr of its first object, so that it changes with it, at once.</summary>
/// <param name="Size">Bytes of the whole file.</param>
/// <param name="ObjectSize">Bytes of each object but the last.</param>
/// <param name="Generation">Random, new for each write of the file: its pieces never overwrite those of the version that is still read.</param>
internal sealed record StripeLayout(long Size, int ObjectSize, ulong Generation)
{
    public const string Xattr = "striper.layout";
    private const string Version = "1";

    /// <summary>Objects after the first.</summary>
    public int PieceCount => (int)((Size - 1) / ObjectSize);

    public int PieceLength(int index) => (int)Math.Min(ObjectSize, Size - ((long)index * ObjectSize));

    public string PieceName(string name, int index) => string.Create(CultureInfo.InvariantCulture, $"{name}.{Generation:x16}.{index:x8}");

    public byte[] Encode() => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Version} {Size} {ObjectSize} {Generation:x16}"));

    /// <exception cref="CairnException">Not a layout we know.</exception>
    public static StripeLayout Decode(ReadOnlySpan<byte> bytes, string name)
    {
        string text = Encoding.ASCII.GetString(bytes);
        string[] parts = text.Split(' ');
        return parts.Length == 4 && parts[0] == Version
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out long size)
            && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int objectSize) && objectSize > 0
            && ulong.TryParse(parts[3], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong generation)
            && size > objectSize && (size - 1) / objectSize < int.MaxValue
                ? new StripeLayout(size, objectSize, generation)
                : throw new CairnException(OpStatus.InvalidArgument, $"'{name}' has the striping layout '{text}', which this version does not know");
    }
}
