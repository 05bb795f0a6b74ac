using System.Buffers;
using Cairn.Objects.Binary;

namespace Cairn.Objects.Transactions;

/// <summary>
/// A store transaction as bytes: a header with every operation, and behind it the data of the writes, in order, as the caller's own
/// buffers, so that they reach socket or disk without a copy. Replicas and the store's WAL both read it.
/// </summary>
/// <remarks>
/// Header: version (1), count of operations, then for each its tag and fields (<see cref="StoreOpTag"/>). An object is named once: index 0
/// introduces the next object with its identity, n means the n-th introduced. A write carries its length only. Numbers are LEB128 varints.
/// </remarks>
public static class StoreTransactionCodec
{
    private const byte Version = 1;

    /// <summary>Above any transaction the OSD makes; a bound for decoders.</summary>
    private const int OpsMax = 1 << 20;

    /// <summary>Writes the header and adds the data buffers of the writes to <paramref name="payload"/>, if it is not null, in order.</summary>
    public static void Encode(StoreTransaction transaction, IBufferWriter<byte> header, ICollection<ReadOnlyMemory<byte>>? payload)
    {
        var writer = new ByteWriter(header);
        writer.Byte(Version);
        writer.VarUInt((ulong)transaction.Ops.Count);
        var encoder = new StoreOpEncoder();
        foreach (StoreOp op in transaction)
        {
            encoder.Encode(op, writer);
            if (op is WriteData { Data.IsEmpty: false } write)
            {
                payload?.Add(write.Data);
            }
        }
    }

    /// <summary>Reads what <see cref="Encode"/> wrote.</summary>
    /// <param name="payload">The data of all writes, contiguous. The transaction's writes are slices of it.</param>
    /// <exception cref="MalformedDataException">Header or payload is not an encoder's, whole and exact.</exception>
    public static StoreTransaction Decode(ReadOnlySpan<byte> header, ReadOnlyMemory<byte> payload)
    {
        ReadOnlyMemory<byte> rest = payload;
        StoreTransaction transaction = Decode(header, length =>
        {
            if (length > rest.Length)
            {
                throw new MalformedDataException($"a write of {length} bytes has {rest.Length} bytes of data");
            }

            ReadOnlyMemory<byte> data = rest[..length];
            rest = rest[length..];
            return data;
        });
        return rest.IsEmpty ? transaction : throw new MalformedDataException($"{rest.Length} bytes of data belong to no write");
    }

    /// <summary>As the other, for data that lies elsewhere: <paramref name="data"/> gives that of the next write, by its length.</summary>
    /// <exception cref="MalformedDataException">The header is not an encoder's, whole and exact.</exception>
    public static StoreTransaction Decode(ReadOnlySpan<byte> header, Func<int, ReadOnlyMemory<byte>> data)
    {
        var reader = new ByteReader(header);
        byte version = reader.Byte();
        if (version != Version)
        {
            throw new MalformedDataException($"store transaction of version {version}; this program reads version {Version}");
        }

        int count = reader.Count(OpsMax);
        var decoder = new StoreOpDecoder(data);
        var transaction = new StoreTransaction();
        for (int i = 0; i < count; i++)
        {
            transaction.Add(decoder.Decode(ref reader));
        }

        reader.RequireEnd();
        return transaction;
    }
}
