using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Binary;
using Cairn.Store.Extents;

namespace Cairn.Store.Catalog;

/// <summary>An onode as its index record: version, collection, identity, attributes, numbers of further chunks, extents of the first.</summary>
internal static class OnodeCodec
{
    private const byte Version = 1;
    private const int XattrsMax = 1 << 20;

    public static void Encode(Onode onode, ByteWriter writer)
    {
        writer.Byte(Version);
        writer.VarUInt(onode.Collection.Id);
        writer.VarInt(onode.Id.Pool);
        writer.Text(onode.Id.Namespace);
        writer.Text(onode.Id.Name);
        writer.VarUInt(unchecked(onode.Id.Snapshot + 1)); // Head, the common one, is one byte.
        writer.VarUInt(onode.Size);
        writer.VarUInt(onode.Version.Epoch.Value);
        writer.VarUInt(onode.Version.Version);
        writer.VarInt(onode.ModifiedUnixMs);
        writer.VarUInt((ulong)onode.Xattrs.Count);
        foreach ((string name, byte[] value) in onode.Xattrs)
        {
            writer.Text(name);
            writer.Bytes(value);
        }

        EncodeFurther(onode.Further, writer);
        ChunkCodec.Encode(onode.First, writer);
    }

    /// <param name="collection">By number; null if there is none.</param>
    public static Onode Decode(ulong uid, ReadOnlySpan<byte> value, Func<ulong, Collection?> collection)
    {
        var reader = new ByteReader(value);
        if (reader.Byte() != Version)
        {
            throw new MalformedDataException("onode of an unknown version");
        }

        ulong collectionId = reader.VarUInt();
        Collection owner = collection(collectionId) ?? throw new MalformedDataException($"onode of collection {collectionId}, which is not there");
        long pool = reader.VarInt();
        string nspace = reader.Text();
        var id = new ObjectId(pool, nspace, reader.Text(), unchecked(reader.VarUInt() - 1));
        var onode = new Onode(uid, owner, id)
        {
            Size = reader.VarUInt(),
            Version = new Eversion(new Epoch(reader.VarUInt32()), reader.VarUInt()),
            ModifiedUnixMs = reader.VarInt(),
        };
        int xattrs = reader.Count(XattrsMax);
        for (int i = 0; i < xattrs; i++)
        {
            onode.SetXattr(reader.Text(), reader.Bytes().ToArray());
        }

        DecodeFurther(onode, ref reader);
        onode.First = ChunkCodec.Decode(uid, 0, ref reader);
        onode.IsInIndex = true;
        reader.RequireEnd();
        return onode;
    }

    /// <summary>Decodes what a start needs of an onode: strings, attributes and the object itself are not made.</summary>
    public static OnodeSketch DecodeSketch(ulong uid, ReadOnlySpan<byte> value)
    {
        var reader = new ByteReader(value);
        if (reader.Byte() != Version)
        {
            throw new MalformedDataException("onode of an unknown version");
        }

        ulong collection = reader.VarUInt();
        long pool = reader.VarInt();
        ReadOnlySpan<byte> nspace = reader.Bytes();
        uint hash = ObjectHash.Compute(nspace, reader.Bytes());
        reader.VarUInt(); // Snapshot, size, version's epoch and number, time.
        reader.VarUInt();
        reader.VarUInt32();
        reader.VarUInt();
        reader.VarInt();
        for (int xattrs = reader.Count(XattrsMax); xattrs > 0; xattrs--)
        {
            reader.Bytes();
            reader.Bytes();
        }

        for (int ranges = reader.Count(int.MaxValue); ranges > 0; ranges--)
        {
            reader.VarUInt32();
            reader.VarUInt32();
        }

        Chunk first = ChunkCodec.Decode(uid, 0, ref reader);
        reader.RequireEnd();
        return new OnodeSketch(collection, pool, new ObjectPlace(ObjectId.SortHashOf(hash), uid), first);
    }

    /// <summary>As ranges: the chunks of an object written from its start are one.</summary>
    private static void EncodeFurther(ChunkNumbers further, ByteWriter writer)
    {
        writer.VarUInt((ulong)further.Ranges.Count);
        foreach ((uint from, uint count) in further.Ranges)
        {
            writer.VarUInt(from);
            writer.VarUInt(count);
        }
    }

    private static void DecodeFurther(Onode onode, ref ByteReader reader)
    {
        const uint ChunksMax = 1 << 24;
        ulong end = 0;
        for (int ranges = reader.Count((int)ChunksMax); ranges > 0; ranges--)
        {
            uint from = reader.VarUInt32();
            uint count = (uint)reader.Count((int)ChunksMax);
            if (from < end || count == 0)
            {
                throw new MalformedDataException("ranges of chunks are not in order");
            }

            end = (ulong)from + count;
            onode.AppendFurther(from, count);
        }
    }
}

/// <param name="Collection">Number of the collection it is in.</param>
internal readonly record struct OnodeSketch(ulong Collection, long Pool, ObjectPlace Place, Chunk First);
