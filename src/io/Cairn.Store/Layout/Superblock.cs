using System.Buffers;
using Cairn.Objects.Binary;
using Cairn.Store.Devices;

namespace Cairn.Store.Layout;

/// <summary>What mkfs fixed: whose store this is, and how it is laid out.</summary>
/// <param name="Salt">Random; in every WAL batch, so that no other store's batch is taken for one of this.</param>
internal sealed record Superblock(StoreIdentity Identity, ulong Salt, long CapacityBytes, int SegmentBytes, int WalFileBytes)
{
    public const string Name = "superblock";
    private const ulong Magic = 0x4b434f4c424e5243; // "CRNBLOCK"

    /// <summary>Of the store. 1: a PG's log is metadata. 2: there are logs (<see cref="Index.IndexKind.Log"/>); what 1 wrote means the same.</summary>
    public const uint FormatVersion = 2;

    public const uint FormatOldest = 1;

    /// <summary>That it was read in.</summary>
    public uint Version { get; private init; } = FormatVersion;

    public void Write(IBlockStorage storage)
    {
        var content = new ArrayBufferWriter<byte>();
        var writer = new ByteWriter(content);
        writer.Bytes(Identity.Fsid.ToByteArray());
        writer.Bytes(Identity.OsdUuid.ToByteArray());
        writer.VarInt(Identity.OsdId);
        writer.UInt64(Salt);
        writer.VarInt(CapacityBytes);
        writer.VarInt(SegmentBytes);
        writer.VarInt(WalFileBytes);
        DoubledFile.Write(storage, Name, Magic, FormatVersion, content.WrittenSpan);
    }

    public static Superblock Read(IBlockStorage storage)
    {
        (byte[] content, uint version) = DoubledFile.Read(storage, Name, Magic, FormatOldest, FormatVersion);
        var reader = new ByteReader(content);
        try
        {
            var identity = new StoreIdentity(new Guid(reader.Bytes()), new Guid(reader.Bytes()), (int)reader.VarInt());
            return new Superblock(identity, reader.UInt64(), reader.VarInt(), (int)reader.VarInt(), (int)reader.VarInt()) { Version = version };
        }
        catch (Exception e) when (e is MalformedDataException or ArgumentException)
        {
            throw new StoreFailedException($"{Name} is damaged: {e.Message}", e);
        }
    }
}
