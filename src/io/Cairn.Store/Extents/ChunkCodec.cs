using Cairn.Objects.Binary;

namespace Cairn.Store.Extents;

/// <summary>A chunk as bytes in its index record: count, then for each extent its gap to the one before, length, and place.</summary>
internal static class ChunkCodec
{
    private const byte Staged = 1;
    private const byte Stored = 2;

    public static void Encode(Chunk chunk, ByteWriter writer)
    {
        writer.VarUInt((ulong)chunk.Extents.Count);
        int end = 0;
        foreach (Extent extent in chunk.Extents)
        {
            writer.VarUInt((ulong)(extent.Offset - end));
            writer.VarUInt((ulong)extent.Length);
            end = extent.End;
            switch (extent)
            {
                case StagedExtent staged:
                    writer.Byte(Staged);
                    writer.VarUInt(staged.Id.Sequence);
                    writer.VarUInt((ulong)staged.Id.Write);
                    writer.VarUInt((ulong)staged.Position);
                    break;
                case StoredExtent stored:
                    writer.Byte(Stored);
                    EncodePlace(stored, writer);
                    break;
                default:
                    throw new InvalidOperationException("no such extent");
            }
        }
    }

    public static Chunk Decode(ulong uid, uint number, ref ByteReader reader)
    {
        var chunk = new Chunk(uid, number) { IsInIndex = true };
        int count = reader.Count(ExtentLayout.ChunkBytes);
        int end = 0;
        for (int i = 0; i < count; i++)
        {
            int offset = end + reader.Count(ExtentLayout.ChunkBytes - end);
            int length = reader.Count(ExtentLayout.ChunkBytes - offset);
            end = offset + length;
            byte place = reader.Byte();
            chunk.Append(place switch
            {
                Staged => new StagedExtent(
                    offset, length, new StagedId(reader.VarUInt(), reader.Count(int.MaxValue)), reader.Count(int.MaxValue)),
                Stored => DecodePlace(offset, length, ref reader),
                _ => throw new MalformedDataException($"extent place {place}"),
            });
        }

        return chunk;
    }

    public static void EncodePlace(StoredExtent extent, ByteWriter writer)
    {
        writer.VarUInt((ulong)extent.Slot);
        writer.VarUInt((ulong)extent.Position);
        writer.VarUInt((ulong)extent.Skip);
        writer.VarUInt((ulong)extent.StoredLength);
        foreach (uint sum in extent.Sums)
        {
            writer.UInt32(sum);
        }
    }

    public static StoredExtent DecodePlace(int offset, int length, ref ByteReader reader)
    {
        int slot = reader.Count(int.MaxValue);
        int position = reader.Count(int.MaxValue);
        int skip = reader.Count(ExtentLayout.UnitBytes - 1);
        int storedLength = reader.Count(ExtentLayout.ChunkBytes + ExtentLayout.UnitBytes);
        if (storedLength < skip + length)
        {
            throw new MalformedDataException("extent is longer than what is stored");
        }

        uint[] sums = new uint[ExtentLayout.UnitCount(storedLength)];
        for (int i = 0; i < sums.Length; i++)
        {
            sums[i] = reader.UInt32();
        }

        return new StoredExtent(offset, length, slot, position, skip, storedLength, sums);
    }
}
