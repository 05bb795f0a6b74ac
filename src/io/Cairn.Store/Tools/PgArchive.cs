using System.Buffers;
using System.Buffers.Binary;
using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Binary;
using Cairn.Objects.Transactions;

namespace Cairn.Store.Tools;

/// <summary>
/// One PG as a stream, to carry it to another OSD: store transactions that, applied in order, make it. Magic, then frames (CRC-32C u32 of
/// the rest, header length u32, data length u32, header, data); a frame of two zero lengths ends it.
/// </summary>
internal static class PgArchive
{
    private const int DataBytesMax = 4 << 20;
    private const int KeysMax = 256;
    private static ReadOnlySpan<byte> Magic => "CAIRNPG1"u8;

    public static async Task<long> ExportAsync(ObjectStore store, PgId pg, Stream output, CancellationToken cancellationToken)
    {
        if (!store.CollectionExists(pg))
        {
            throw new ArgumentException($"the store has no pg {pg}");
        }

        var first = new ArrayBufferWriter<byte>();
        first.Write(Magic);
        var writer = new ByteWriter(first);
        writer.VarInt(pg.Pool);
        writer.VarUInt(pg.Seed);
        first.GetSpan(32)[..(32 - first.WrittenCount)].Clear();
        first.Advance(32 - first.WrittenCount);
        await output.WriteAsync(first.WrittenMemory, cancellationToken);

        var start = new StoreTransaction().Add(new CreateCollection());
        foreach ((string key, byte[] value) in store.ListMeta(pg, "", "\uffff"))
        {
            start.Add(new SetMeta(key, value));
            if (start.Ops.Count >= KeysMax)
            {
                await WriteAsync(start, output, cancellationToken);
                start = new StoreTransaction();
            }
        }

        foreach ((Eversion version, byte[] value) in store.ListLog(pg))
        {
            start.Add(new SetLog(version, value));
            if (start.Ops.Count >= KeysMax)
            {
                await WriteAsync(start, output, cancellationToken);
                start = new StoreTransaction();
            }
        }

        await WriteAsync(start, output, cancellationToken);
        long objects = 0;
        ObjectId? after = null;
        while (store.ListObjects(pg, after, 64) is { Count: > 0 } page)
        {
            foreach ((ObjectId id, ObjectStat stat) in page)
            {
                await ExportObjectAsync(store, pg, id, stat, output, cancellationToken);
                objects++;
            }

            after = page[^1].Id;
        }

        await output.WriteAsync(new byte[12], cancellationToken);
        await output.FlushAsync(cancellationToken);
        return objects;
    }

    /// <exception cref="MalformedDataException">The stream is no archive, is damaged or cut short; nothing of the PG is left behind.</exception>
    public static async Task<PgId> ImportAsync(ObjectStore store, Stream input, CancellationToken cancellationToken)
    {
        byte[] first = new byte[32];
        await ReadAsync(input, first, cancellationToken);
        PgId pg = ReadPg(first);
        if (store.CollectionExists(pg))
        {
            throw new ArgumentException($"the store has pg {pg} already; remove it first");
        }

        try
        {
            while (await ReadTransactionAsync(input, cancellationToken) is { } transaction)
            {
                if (!transaction.IsEmpty)
                {
                    await store.SubmitAsync(pg, transaction, cancellationToken);
                }
            }

            return pg;
        }
        catch
        {
            if (store.CollectionExists(pg))
            {
                await store.SubmitAsync(pg, new StoreTransaction().Add(new RemoveCollection()), CancellationToken.None);
            }

            throw;
        }
    }

    private static PgId ReadPg(ReadOnlySpan<byte> first)
    {
        if (!first.StartsWith(Magic))
        {
            throw new MalformedDataException("not an exported PG");
        }

        var reader = new ByteReader(first[Magic.Length..]);
        return new PgId(reader.VarInt(), reader.VarUInt32());
    }

    private static async Task ExportObjectAsync(
        ObjectStore store, PgId pg, ObjectId id, ObjectStat stat, Stream output, CancellationToken cancellationToken)
    {
        var transaction = new StoreTransaction().Add(new TouchObject(id));
        foreach ((string name, byte[] value) in store.GetXattrs(pg, id))
        {
            transaction.Add(new SetXattr(id, name, value));
        }

        for (ulong at = 0; at < stat.Size;)
        {
            using StoreBuffer? data = await store.ReadAsync(pg, id, at, DataBytesMax, cancellationToken);
            transaction.Add(new WriteData(id, at, data!.Memory));
            at += (ulong)data.Memory.Length;
            await WriteAsync(transaction, output, cancellationToken);
            transaction = new StoreTransaction();
        }

        string? after = null;
        while (store.GetOmapRange(pg, id, after, KeysMax) is { Count: > 0 } page)
        {
            foreach ((string key, byte[] value) in page)
            {
                transaction.Add(new SetOmap(id, key, value));
            }

            after = page[^1].Key;
            await WriteAsync(transaction, output, cancellationToken);
            transaction = new StoreTransaction();
        }

        await WriteAsync(transaction.Add(new SetVersion(id, stat.Version, stat.ModifiedUnixMs)), output, cancellationToken);
    }

    private static async Task WriteAsync(StoreTransaction transaction, Stream output, CancellationToken cancellationToken)
    {
        var header = new ArrayBufferWriter<byte>();
        var payload = new List<ReadOnlyMemory<byte>>();
        StoreTransactionCodec.Encode(transaction, header, payload);
        byte[] lengths = new byte[12];
        int dataLength = payload.Sum(static p => p.Length);
        BinaryPrimitives.WriteInt32LittleEndian(lengths.AsSpan(4), header.WrittenCount);
        BinaryPrimitives.WriteInt32LittleEndian(lengths.AsSpan(8), dataLength);
        uint crc = Crc32C.Append(Crc32C.Compute(lengths.AsSpan(4)), header.WrittenSpan);
        foreach (ReadOnlyMemory<byte> part in payload)
        {
            crc = Crc32C.Append(crc, part.Span);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(lengths, crc);
        await output.WriteAsync(lengths, cancellationToken);
        await output.WriteAsync(header.WrittenMemory, cancellationToken);
        foreach (ReadOnlyMemory<byte> part in payload)
        {
            await output.WriteAsync(part, cancellationToken);
        }
    }

    private static async Task<StoreTransaction?> ReadTransactionAsync(Stream input, CancellationToken cancellationToken)
    {
        byte[] lengths = new byte[12];
        await ReadAsync(input, lengths, cancellationToken);
        int headerLength = BinaryPrimitives.ReadInt32LittleEndian(lengths.AsSpan(4));
        int dataLength = BinaryPrimitives.ReadInt32LittleEndian(lengths.AsSpan(8));
        if (headerLength == 0 && dataLength == 0)
        {
            return null;
        }

        const int LengthMax = 256 << 20;
        if (headerLength is < 0 or > LengthMax || dataLength is < 0 or > LengthMax)
        {
            throw new MalformedDataException("exported PG is damaged: a frame's length is impossible");
        }

        byte[] frame = new byte[headerLength + dataLength];
        await ReadAsync(input, frame, cancellationToken);
        uint crc = Crc32C.Append(Crc32C.Compute(lengths.AsSpan(4)), frame);
        return crc == BinaryPrimitives.ReadUInt32LittleEndian(lengths)
            ? StoreTransactionCodec.Decode(frame.AsSpan(0, headerLength), frame.AsMemory(headerLength))
            : throw new MalformedDataException("exported PG is damaged: checksum mismatch");
    }

    private static async Task ReadAsync(Stream input, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            await input.ReadExactlyAsync(buffer, cancellationToken);
        }
        catch (EndOfStreamException e)
        {
            throw new MalformedDataException("exported PG is cut short", e);
        }
    }
}
