using System.Buffers.Binary;
using Cairn.Maps;
using Cairn.Store.Devices;

namespace Cairn.Store.Layout;

/// <summary>
/// A small file replaced as a whole, written beside and renamed over: after any crash it is the old one or the new one. It holds its
/// content twice, so that a flipped bit is healed from the other copy.
/// </summary>
/// <remarks>Each copy: magic u64, format version u32, CRC-32C u32 of what follows, length u32, content, padded to 4 KiB.</remarks>
internal static class DoubledFile
{
    private const int HeaderBytes = 20;

    public static void Write(IBlockStorage storage, string name, ulong magic, uint version, ReadOnlySpan<byte> content)
    {
        int padded = AlignedBuffer.RoundUp(HeaderBytes + content.Length);
        using var buffer = new AlignedBuffer(padded);
        Span<byte> copy = buffer.Span;
        copy.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(copy, magic);
        BinaryPrimitives.WriteUInt32LittleEndian(copy[8..], version);
        BinaryPrimitives.WriteInt32LittleEndian(copy[16..], content.Length);
        content.CopyTo(copy[HeaderBytes..]);
        BinaryPrimitives.WriteUInt32LittleEndian(copy[12..], Crc32C.Compute(copy[16..]));

        string temporary = name + ".new";
        storage.Delete(temporary);
        using (IBlockFile file = storage.Open(temporary, create: true))
        {
            file.Write(0, copy);
            file.Write(padded, copy);
            file.Sync();
        }

        storage.Rename(temporary, name);
        storage.SyncDirectory("");
    }

    /// <param name="version">The newest version this program reads, and the only one it writes.</param>
    /// <param name="oldest">The oldest it reads.</param>
    /// <returns>The first copy that is whole, and its version.</returns>
    /// <exception cref="StoreFormatException">Another kind of file, or another format version.</exception>
    /// <exception cref="StoreFailedException">Both copies are damaged.</exception>
    public static (byte[] Content, uint Version) Read(IBlockStorage storage, string name, ulong magic, uint oldest, uint version)
    {
        using IBlockFile file = storage.Open(name, create: false);
        int length = (int)Math.Min(file.Length, 64 << 20);
        length -= length % (2 * IBlockFile.BlockSize);
        if (length == 0)
        {
            throw new StoreFailedException($"{name} is cut short: {file.Length} bytes");
        }

        using var buffer = new AlignedBuffer(length);
        file.Read(0, buffer.Span);
        ReadOnlySpan<byte> first = buffer.Span[..(length / 2)];
        ReadOnlySpan<byte> second = buffer.Span[(length / 2)..];
        uint? other = null;
        return TryParse(first, magic, oldest, version, ref other) ?? TryParse(second, magic, oldest, version, ref other)
            ?? throw (other is null ? new StoreFailedException($"{name}: both copies are damaged") : OtherVersion(name, other.Value, version));
    }

    private static (byte[] Content, uint Version)? TryParse(ReadOnlySpan<byte> copy, ulong magic, uint oldest, uint version, ref uint? other)
    {
        int length = BinaryPrimitives.ReadInt32LittleEndian(copy[16..]);
        if (BinaryPrimitives.ReadUInt64LittleEndian(copy) != magic
            || length < 0 || length > copy.Length - HeaderBytes
            || BinaryPrimitives.ReadUInt32LittleEndian(copy[12..]) != Crc32C.Compute(copy[16..]))
        {
            return null;
        }

        uint found = BinaryPrimitives.ReadUInt32LittleEndian(copy[8..]);
        if (found < oldest || found > version)
        {
            other = found;
            return null;
        }

        return (copy.Slice(HeaderBytes, length).ToArray(), found);
    }

    private static StoreFormatException OtherVersion(string name, uint found, uint version) => new(
        $"{name} has format version {found}, which is {(found > version ? "newer" : "older")} than the version {version} that this program writes");
}
