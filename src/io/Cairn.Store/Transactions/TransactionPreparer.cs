using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;
using Cairn.Store.Commit;
using Cairn.Store.Devices;
using Cairn.Store.Extents;
using Cairn.Store.Staging;

namespace Cairn.Store.Transactions;

/// <summary>
/// Does what of a submission needs no lock: the header encoded, small data copied, bulk data summed, and copied unless it can be written
/// from where it lies.
/// </summary>
internal sealed class TransactionPreparer(StoreOptions options, int recordBytesMax, AlignedBufferPool buffers, StagedBuffers stagedBuffers)
{
    public void Prepare(StoreTransaction transaction, PendingTransaction pending)
    {
        StoreTransactionCodec.Encode(transaction, pending.Header, null);
        if (transaction.DataBytes == 0)
        {
            return;
        }

        Layout(transaction, BulkMin(transaction), pending);
        if (pending.BulkBytes > 0)
        {
            ReadOnlyMemory<byte> lent = Lent(pending);
            pending.Bulk = lent.IsEmpty ? new BulkData(buffers.Rent(pending.BulkBytes)) : new BulkData(lent);
            Fill(pending);
        }
    }

    /// <summary>The bulk data where its submitter has it, if it is one write of whole blocks at a block's boundary; else nothing.</summary>
    private static ReadOnlyMemory<byte> Lent(PendingTransaction pending)
    {
        ReadOnlyMemory<byte> lent = default;
        foreach (PreparedWrite prepared in pending.Writes)
        {
            if (prepared.Staged is not null)
            {
                continue;
            }

            WriteData write = prepared.Write;
            if (!lent.IsEmpty || write.Data.Length < IObjectStore.LentBytesMin
                || write.Offset % IBlockFile.BlockSize != 0 || !BulkData.IsAligned(write.Data.Span))
            {
                return default;
            }

            lent = write.Data;
        }

        return lent;
    }

    /// <summary>Many small writes together are bulk too: they would crowd a WAL record.</summary>
    private int BulkMin(StoreTransaction transaction)
    {
        int smallMax = Math.Min(512 << 10, recordBytesMax / 2);
        if (transaction.DataBytes <= smallMax)
        {
            return options.BulkBytesMin;
        }

        long small = transaction.Ops.OfType<WriteData>().Where(w => w.Data.Length < options.BulkBytesMin).Sum(static w => (long)w.Data.Length);
        return small > smallMax ? 0 : options.BulkBytesMin;
    }

    private void Layout(StoreTransaction transaction, int bulkMin, PendingTransaction pending)
    {
        foreach (StoreOp op in transaction)
        {
            if (op is not WriteData { Data.IsEmpty: false } write)
            {
                continue;
            }

            if (write.Data.Length < bulkMin)
            {
                pending.Writes.Add(new PreparedWrite(write, stagedBuffers.Rent(default, write.Data.Span), []));
                pending.StagedBytes += write.Data.Length;
            }
            else
            {
                pending.Writes.Add(new PreparedWrite(write, null, Pieces(write, pending)));
            }
        }
    }

    private static List<PreparedPiece> Pieces(WriteData write, PendingTransaction pending)
    {
        var pieces = new List<PreparedPiece>();
        for (int done = 0; done < write.Data.Length;)
        {
            ulong at = write.Offset + (ulong)done;
            int inChunk = (int)(at % ExtentLayout.ChunkBytes);
            int length = Math.Min(write.Data.Length - done, ExtentLayout.ChunkBytes - inChunk);
            pieces.Add(new PreparedPiece(
                (uint)(at / ExtentLayout.ChunkBytes), inChunk, length, pending.BulkBytes, new uint[ExtentLayout.UnitCount(length)]));
            pending.BulkBytes += AlignedBuffer.RoundUp(length);
            done += length;
        }

        return pieces;
    }

    private static void Fill(PendingTransaction pending)
    {
        Span<byte> copy = pending.Bulk.Copy;
        foreach (PreparedWrite write in pending.Writes)
        {
            ReadOnlyMemory<byte> data = write.Write.Data;
            foreach (PreparedPiece piece in write.Pieces)
            {
                ReadOnlySpan<byte> bytes = data.Span[..piece.Length];
                if (!copy.IsEmpty)
                {
                    Span<byte> target = copy.Slice(piece.DataOffset, AlignedBuffer.RoundUp(piece.Length));
                    bytes.CopyTo(target);
                    target[piece.Length..].Clear();
                }

                ReadOnlySpan<uint> known = SummedMemory.SumsOf(data[..piece.Length]);
                known.CopyTo(piece.Sums);
                data = data[piece.Length..];
                for (int unit = known.Length; unit < piece.Sums.Length; unit++)
                {
                    int at = unit * ExtentLayout.UnitBytes;
                    piece.Sums[unit] = Crc32C.Compute(bytes[at..Math.Min(at + ExtentLayout.UnitBytes, piece.Length)]);
                }
            }
        }
    }
}
