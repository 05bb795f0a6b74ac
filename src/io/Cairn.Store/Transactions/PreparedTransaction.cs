using System.Buffers;
using Cairn.Maps;
using Cairn.Objects.Transactions;
using Cairn.Store.Devices;
using Cairn.Store.Extents;
using Cairn.Store.Staging;

namespace Cairn.Store.Transactions;

/// <summary>
/// What of a submission needs no lock: the header encoded, small data copied, bulk data copied to an aligned buffer and summed. The
/// caller's buffers are not needed afterwards.
/// </summary>
internal sealed class PreparedTransaction
{
    private readonly List<PreparedWrite> _writes = [];

    public PreparedTransaction(StoreTransaction transaction, StoreOptions options, int recordBytesMax, AlignedBufferPool buffers)
    {
        StoreTransactionCodec.Encode(transaction, Header, []);
        if (transaction.DataBytes == 0)
        {
            return;
        }

        // Many small writes together are bulk too: they would crowd a WAL record.
        long small = transaction.Ops.OfType<WriteData>().Where(w => w.Data.Length < options.BulkBytesMin).Sum(static w => (long)w.Data.Length);
        int bulkMin = small > Math.Min(512 << 10, recordBytesMax / 2) ? 0 : options.BulkBytesMin;
        Layout(transaction, bulkMin);
        if (BulkBytes > 0)
        {
            Buffer = buffers.Rent(BulkBytes);
            Fill(Buffer.Span);
        }
    }

    public ArrayBufferWriter<byte> Header { get; } = new(256);

    public IReadOnlyList<PreparedWrite> Writes => _writes;

    public AlignedBuffer? Buffer { get; private set; }

    public int BulkBytes { get; private set; }

    public long StagedBytes => _writes.Sum(static w => (long)(w.Staged?.Length ?? 0));

    /// <summary>Gives back what was taken, when the transaction is not submitted.</summary>
    public void Release(AlignedBufferPool buffers)
    {
        foreach (PreparedWrite write in _writes)
        {
            write.Staged?.Release();
        }

        if (Buffer is not null)
        {
            buffers.Return(Buffer);
            Buffer = null;
        }
    }

    private void Layout(StoreTransaction transaction, int bulkMin)
    {
        foreach (StoreOp op in transaction.Ops)
        {
            if (op is not WriteData { Data.IsEmpty: false } write)
            {
                continue;
            }

            if (write.Data.Length < bulkMin)
            {
                _writes.Add(new PreparedWrite(write, new StagedBlob(default, write.Data.Span), []));
                continue;
            }

            var pieces = new List<PreparedPiece>();
            for (int done = 0; done < write.Data.Length;)
            {
                ulong at = write.Offset + (ulong)done;
                int inChunk = (int)(at % ExtentLayout.ChunkBytes);
                int length = Math.Min(write.Data.Length - done, ExtentLayout.ChunkBytes - inChunk);
                pieces.Add(new PreparedPiece(
                    (uint)(at / ExtentLayout.ChunkBytes), inChunk, length, BulkBytes, new uint[ExtentLayout.UnitCount(length)]));
                BulkBytes += AlignedBuffer.RoundUp(length);
                done += length;
            }

            _writes.Add(new PreparedWrite(write, null, pieces));
        }
    }

    private void Fill(Span<byte> buffer)
    {
        foreach (PreparedWrite write in _writes)
        {
            ReadOnlySpan<byte> data = write.Write.Data.Span;
            foreach (PreparedPiece piece in write.Pieces)
            {
                Span<byte> target = buffer.Slice(piece.BufferOffset, AlignedBuffer.RoundUp(piece.Length));
                data[..piece.Length].CopyTo(target);
                target[piece.Length..].Clear();
                data = data[piece.Length..];
                for (int unit = 0; unit < piece.Sums.Length; unit++)
                {
                    int at = unit * ExtentLayout.UnitBytes;
                    piece.Sums[unit] = Crc32C.Compute(target[at..Math.Min(at + ExtentLayout.UnitBytes, piece.Length)]);
                }
            }
        }
    }
}

/// <summary>One write with data: staged, or bulk in pieces.</summary>
internal sealed record PreparedWrite(WriteData Write, StagedBlob? Staged, IReadOnlyList<PreparedPiece> Pieces);

/// <summary>A piece of a bulk write that lies in one chunk.</summary>
internal readonly record struct PreparedPiece(uint Chunk, int Offset, int Length, int BufferOffset, uint[] Sums);
