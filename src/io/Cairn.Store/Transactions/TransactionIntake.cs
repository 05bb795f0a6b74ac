using System.Buffers;
using Cairn.Maps;
using Cairn.Objects.Binary;
using Cairn.Objects.Transactions;
using Cairn.Store.Commit;
using Cairn.Store.Engine;
using Cairn.Store.Extents;
using Cairn.Store.Segments;
using Cairn.Store.Staging;

namespace Cairn.Store.Transactions;

/// <summary>Takes a transaction in: waits for room, gives its data places, applies it in memory, and queues it for the disk.</summary>
internal sealed class TransactionIntake(EngineContext engine, CommitQueue commits, Action needsMaintenance)
{
    /// <summary>Rounds of cleaning that gained nothing after which a waiter is told that the store is full.</summary>
    private const int FruitlessRoundsMax = 2;

    /// <summary>Rounds of maintenance finished; under the store's lock.</summary>
    public long MaintenanceRounds { get; set; }

    public void Submit(PgId pg, StoreTransaction transaction, ICommitSink sink, ulong token)
    {
        engine.ThrowIfFailed();
        var prepared = new PreparedTransaction(transaction, engine.Options, commits.RecordBytesMax, engine.Buffers);
        bool submitted = false;
        try
        {
            lock (engine.Gate)
            {
                IReadOnlyList<StoredExtent> pieces = WaitForRoom(pg, transaction, prepared);
                Apply(pg, transaction, prepared, pieces, sink, token);
                submitted = true;
            }
        }
        catch (Exception e) when (!submitted && e is StoreFailedException)
        {
            engine.Fail(e);
            throw;
        }
        finally
        {
            if (!submitted)
            {
                prepared.Release(engine.Buffers);
            }
        }
    }

    private IReadOnlyList<StoredExtent> WaitForRoom(PgId pg, StoreTransaction transaction, PreparedTransaction prepared)
    {
        long fruitlessFrom = MaintenanceRounds;
        (int FreeSlots, long StagedBytes) before = default;
        while (true)
        {
            engine.ThrowIfFailed();
            TransactionRules.Check(pg, transaction, engine.Catalog);
            RequireSpace(transaction, prepared);
            bool crowded = commits.InFlight >= engine.Options.InFlightTransactionsMax
                || commits.InFlight > 0 && commits.InFlightBytes + prepared.BulkBytes > engine.Options.InFlightBytesMax
                || prepared.StagedBytes > 0 && engine.Staging.Count > 0 && engine.Staging.Bytes + prepared.StagedBytes > engine.Options.StagedBytesMax
                || commits.WalBytes > 2 * engine.WalBytesMax;
            if (!crowded)
            {
                if (TryPlace(prepared) is { } pieces)
                {
                    return pieces;
                }
            }

            if (before != (engine.Segments.FreeSlots, engine.Staging.Bytes) || commits.InFlight > 0)
            {
                before = (engine.Segments.FreeSlots, engine.Staging.Bytes);
                fruitlessFrom = MaintenanceRounds;
            }
            else if (MaintenanceRounds - fruitlessFrom > FruitlessRoundsMax)
            {
                throw new StoreFullException("no segment is free, and cleaning gains nothing");
            }

            needsMaintenance();
            Monitor.Wait(engine.Gate);
        }
    }

    private List<StoredExtent>? TryPlace(PreparedTransaction prepared)
    {
        var pieces = new List<StoredExtent>();
        foreach (PreparedPiece piece in prepared.Writes.SelectMany(static w => w.Pieces))
        {
            if (TryAllocate(piece.Length) is not { } place)
            {
                return null;
            }

            pieces.Add(new StoredExtent(piece.Offset, piece.Length, place.Segment.Slot, place.Position, 0, piece.Length, piece.Sums));
        }

        return pieces;
    }

    private (Segment Segment, int Position)? TryAllocate(int bytes)
    {
        try
        {
            return engine.Segments.TryAllocate(AppendStream.Bulk, bytes);
        }
        catch (Devices.DiskFullException)
        {
            return null; // The table has shrunk; what is there may still be cleaned.
        }
    }

    private void RequireSpace(StoreTransaction transaction, PreparedTransaction prepared)
    {
        if (prepared.Header.WrittenCount > commits.RecordBytesMax / 2)
        {
            throw new ArgumentException($"transaction of {prepared.Header.WrittenCount} bytes beside its data; at most {commits.RecordBytesMax / 2} fit the WAL");
        }

        if (TransactionRules.NeedsSpace(transaction))
        {
            long room = SpaceLimit - engine.Segments.LiveBytes - engine.Staging.Bytes;
            if (room < transaction.DataBytes)
            {
                throw new StoreFullException(
                    $"{engine.Segments.LiveBytes + engine.Staging.Bytes} bytes of data in a store that takes {SpaceLimit}; {transaction.DataBytes} more do not fit");
            }
        }
    }

    /// <summary>Bytes of data the store takes.</summary>
    public long SpaceLimit => Math.Max(
        0,
        (long)((engine.Segments.SlotCount - 4L) * engine.Segments.SegmentBytes * (1 - engine.Options.ReserveRatio))
        - Math.Max(0, engine.Manifest.RunBytes - engine.Superblock.CapacityBytes / 32));

    private void Apply(
        PgId pg, StoreTransaction transaction, PreparedTransaction prepared, IReadOnlyList<StoredExtent> pieces, ICommitSink sink, ulong token)
    {
        ulong sequence = ++engine.Sequence;
        var placements = new List<WritePlacement>(prepared.Writes.Count);
        var staged = new List<StagedBlob>();
        int piece = 0;
        foreach (PreparedWrite write in prepared.Writes)
        {
            if (write.Staged is { } blob)
            {
                blob.Id = new StagedId(sequence, placements.Count);
                blob.Hold();
                staged.Add(blob);
                engine.Staging.Add(blob);
                placements.Add(new WritePlacement(blob, []));
            }
            else
            {
                placements.Add(new WritePlacement(null, [.. write.Pieces.Select(p => new PlacedPiece(p.Chunk, pieces[piece++]))]));
            }
        }

        BulkAppend? bulk = prepared.Buffer is null ? null : QueueAppends(prepared, pieces);
        var record = new ArrayBufferWriter<byte>(prepared.Header.WrittenCount + 64);
        Wal.WalRecord.EncodePlacements(pg, placements, record);
        new ByteWriter(record).Bytes(prepared.Header.WrittenSpan);
        engine.Applier.Apply(pg, transaction, placements);
        commits.Enqueue(new PendingTransaction(sequence, pg, sink, token, record, staged, bulk));
    }

    /// <summary>Pieces that lie side by side in buffer and segment become one write.</summary>
    private BulkAppend QueueAppends(PreparedTransaction prepared, IReadOnlyList<StoredExtent> pieces)
    {
        var appends = new List<PendingAppend>();
        int i = 0;
        foreach (PreparedPiece piece in prepared.Writes.SelectMany(static w => w.Pieces))
        {
            StoredExtent extent = pieces[i++];
            Segment segment = engine.Segments[extent.Slot];
            int length = Devices.AlignedBuffer.RoundUp(piece.Length);
            if (appends.Count > 0 && appends[^1] is var last
                && ReferenceEquals(last.Segment, segment)
                && last.Position + last.Length == extent.Position
                && last.BufferOffset + last.Length == piece.BufferOffset)
            {
                appends[^1] = last with { Length = last.Length + length };
            }
            else
            {
                appends.Add(new PendingAppend(segment, extent.Position, length, prepared.Buffer!, piece.BufferOffset));
            }
        }

        appends.ForEach(static a => a.Segment.Pending.Add(a));
        return new BulkAppend(prepared.Buffer!, appends);
    }
}
