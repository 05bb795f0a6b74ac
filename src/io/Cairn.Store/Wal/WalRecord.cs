using System.Buffers;
using Cairn.Maps;
using Cairn.Objects.Binary;
using Cairn.Objects.Transactions;
using Cairn.Store.Extents;
using Cairn.Store.Staging;
using Cairn.Store.Transactions;

namespace Cairn.Store.Wal;

/// <summary>
/// One transaction in the WAL: PG, for each write with data where it is (here, or in pieces stored in segments), the transaction's header,
/// and behind it the data that is here.
/// </summary>
internal sealed record WalRecord(ulong Sequence, PgId Pg, StoreTransaction Transaction, IReadOnlyList<WritePlacement> Placements)
{
    private const byte Here = 0;
    private const byte Stored = 1;
    private const int WritesMax = 1 << 20;

    /// <summary>Writes the part before the header, which depends on where the writes were placed.</summary>
    public static void EncodePlacements(PgId pg, List<WritePlacement> placements, IBufferWriter<byte> output)
    {
        var writer = new ByteWriter(output);
        writer.VarInt(pg.Pool);
        writer.VarUInt(pg.Seed);
        writer.VarUInt((ulong)placements.Count);
        foreach (WritePlacement placement in placements)
        {
            if (placement.Staged is not null)
            {
                writer.Byte(Here);
                continue;
            }

            writer.Byte(Stored);
            writer.VarUInt((ulong)placement.Pieces.Count);
            foreach (PlacedPiece piece in placement.Pieces)
            {
                writer.VarUInt(piece.Chunk);
                writer.VarUInt((ulong)piece.Extent.Offset);
                writer.VarUInt((ulong)piece.Extent.Length);
                ChunkCodec.EncodePlace(piece.Extent, writer);
            }
        }
    }

    /// <exception cref="MalformedDataException">Not a record, though its batch's checksum is right.</exception>
    public static WalRecord Decode(ulong sequence, ReadOnlyMemory<byte> record, StagedBuffers buffers)
    {
        var reader = new ByteReader(record.Span);
        (PgId pg, PlacedPiece[]?[] pieces) = DecodePlacements(ref reader);
        ReadOnlySpan<byte> header = reader.Bytes();
        ReadOnlyMemory<byte> rest = record[^reader.Remaining..];
        var placements = new List<WritePlacement>(pieces.Length);
        StoreTransaction transaction = StoreTransactionCodec.Decode(header, length =>
        {
            if (length == 0)
            {
                return default;
            }

            int write = placements.Count;
            if (write == pieces.Length)
            {
                throw new MalformedDataException("a write has no placement");
            }

            if (pieces[write] is { } stored)
            {
                placements.Add(new WritePlacement(null, stored));
                return AbsentData.OfLength(length);
            }

            if (length > rest.Length)
            {
                throw new MalformedDataException("data is cut short");
            }

            ReadOnlyMemory<byte> data = rest[..length];
            rest = rest[length..];
            placements.Add(new WritePlacement(buffers.Rent(new StagedId(sequence, write), data.Span), []));
            return data;
        });
        return rest.IsEmpty && placements.Count == pieces.Length
            ? new WalRecord(sequence, pg, transaction, placements)
            : throw new MalformedDataException("record has data or placements left over");
    }

    /// <summary>Where a record's bulk data is, without decoding more of it.</summary>
    public static IEnumerable<StoredExtent> BulkOf(ReadOnlyMemory<byte> record)
    {
        var reader = new ByteReader(record.Span);
        return DecodePlacements(ref reader).Pieces.OfType<PlacedPiece[]>().SelectMany(static p => p).Select(static p => p.Extent);
    }

    private static (PgId Pg, PlacedPiece[]?[] Pieces) DecodePlacements(ref ByteReader reader)
    {
        var pg = new PgId(reader.VarInt(), reader.VarUInt32());
        var pieces = new PlacedPiece[]?[reader.Count(WritesMax)];
        for (int i = 0; i < pieces.Length; i++)
        {
            pieces[i] = reader.Byte() switch
            {
                Here => null,
                Stored => DecodePieces(ref reader),
                byte kind => throw new MalformedDataException($"write placement {kind}"),
            };
        }

        return (pg, pieces);
    }

    private static PlacedPiece[] DecodePieces(ref ByteReader reader)
    {
        var pieces = new PlacedPiece[reader.Count(WritesMax)];
        for (int i = 0; i < pieces.Length; i++)
        {
            uint chunk = reader.VarUInt32();
            int offset = reader.Count(ExtentLayout.ChunkBytes);
            int length = reader.Count(ExtentLayout.ChunkBytes - offset);
            pieces[i] = new PlacedPiece(chunk, ChunkCodec.DecodePlace(offset, length, ref reader));
        }

        return pieces;
    }

    /// <summary>Stands for data that is in a segment: it has a length, and whoever reads it has a bug.</summary>
    private sealed class AbsentData : MemoryManager<byte>
    {
        private static readonly AbsentData Instance = new();

        public static ReadOnlyMemory<byte> OfLength(int length) => Instance.CreateMemory(length);

        public override Span<byte> GetSpan() => throw new InvariantException("this write's data is in a segment");

        public override MemoryHandle Pin(int elementIndex = 0) => throw new InvariantException("this write's data is in a segment");

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
