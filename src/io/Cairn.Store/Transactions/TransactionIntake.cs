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

    private readonly TransactionPreparer _preparer = new(engine.Options, commits.RecordBytesMax, engine.Buffers, engine.StagedBuffers);

    /// <summary>Rounds of maintenance finished; under the store's lock.</summary>
    public long MaintenanceRounds { get; set; }

    public void Submit(PgId pg, StoreTransaction transaction, ICommitSink sink, ulong token, bool more)
    {
        engine.ThrowIfFailed();
        PendingTransaction pending = commits.Pool.Rent();
        bool submitted = false;
        try
        {
            pending.Begin(pg, sink, token);
            _preparer.Prepare(transaction, pending);
            lock (engine.Gate)
            {
                WaitForRoom(transaction, pending);
                Apply(transaction, pending);
                commits.Enqueue(pending, more);
                submitted = true;
            }
        }
        catch (Exception e) when (e is StoreFailedException)
        {
            engine.Fail(e);
            throw;
        }
        finally
        {
            if (!submitted)
            {
                commits.Pool.Return(pending);
            }
        }
    }

    /// <summary>Returns when there is room for the transaction, and its bulk data has places.</summary>
    private void WaitForRoom(StoreTransaction transaction, PendingTransaction pending)
    {
        if (HasRoom(transaction, pending))
        {
            return;
        }

        commits.Kick();
        using EngineContext.Wait wait = engine.BeginWait();
        long fruitlessFrom = MaintenanceRounds;
        (long FreeBytes, long StagedBytes) before = default;
        while (!HasRoom(transaction, pending))
        {
            // In bytes: a round of cleaning a store that is nearly full may gain a part of a segment only.
            if (before != (engine.Segments.FreeBytes, engine.Staging.Bytes) || commits.InFlight > 0)
            {
                before = (engine.Segments.FreeBytes, engine.Staging.Bytes);
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

    private bool HasRoom(StoreTransaction transaction, PendingTransaction pending)
    {
        engine.ThrowIfFailed();
        TransactionRules.Check(pending.Pg, transaction, engine.Catalog);
        RequireSpace(transaction, pending);
        bool isCrowded = commits.InFlight >= engine.Options.InFlightTransactionsMax
            || commits.InFlight > 0 && commits.InFlightBytes + pending.BulkBytes > engine.Options.InFlightBytesMax
            || pending.StagedBytes > 0 && engine.Staging.Count > 0 && engine.Staging.MemoryBytes + pending.StagedBytes > engine.StagedBytesMax
            || commits.WalBytes > 2 * engine.WalBytesMax;
        return !isCrowded && TryPlace(pending);
    }

    private bool TryPlace(PendingTransaction pending)
    {
        pending.Placements.Clear();
        foreach (PreparedWrite write in pending.Writes)
        {
            if (write.Staged is { } blob)
            {
                pending.Placements.Add(new WritePlacement(blob, []));
                continue;
            }

            var pieces = new List<PlacedPiece>(write.Pieces.Count);
            foreach (PreparedPiece piece in write.Pieces)
            {
                if (TryAllocate(piece.Length) is not { } place)
                {
                    return false;
                }

                pieces.Add(new PlacedPiece(
                    piece.Chunk, new StoredExtent(piece.Offset, piece.Length, place.Segment.Slot, place.Position, 0, piece.Length, piece.Sums)));
            }

            pending.Placements.Add(new WritePlacement(null, pieces));
        }

        return true;
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

    private void RequireSpace(StoreTransaction transaction, PendingTransaction pending)
    {
        if (pending.Header.WrittenCount > commits.RecordBytesMax / 2)
        {
            throw new ArgumentException($"transaction of {pending.Header.WrittenCount} bytes beside its data; at most {commits.RecordBytesMax / 2} fit the WAL");
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
        (long)((engine.Segments.SlotCount - engine.Segments.SlotsForCleaning - 3L) * engine.Segments.SegmentBytes * (1 - engine.Options.ReserveRatio))
        - Math.Max(0, engine.Manifest.RunBytes - engine.Superblock.CapacityBytes / 32));

    private void Apply(StoreTransaction transaction, PendingTransaction pending)
    {
        pending.Sequence = ++engine.Sequence;
        for (int i = 0; i < pending.Writes.Count; i++)
        {
            if (pending.Writes[i].Staged is { } blob)
            {
                blob.Id = new StagedId(pending.Sequence, i);
                blob.Hold();
                engine.Staging.Add(blob);
            }
        }

        if (!pending.Bulk.IsEmpty)
        {
            PlanAppends(pending);
        }

        Wal.WalRecord.EncodePlacements(pending.Pg, pending.Placements, pending.Record);
        new ByteWriter(pending.Record).Bytes(pending.Header.WrittenSpan);
        engine.Applier.Apply(pending.Pg, transaction, pending.Placements);
    }

    /// <summary>Pieces that lie side by side in memory and segment become one write.</summary>
    private void PlanAppends(PendingTransaction pending)
    {
        List<PendingAppend> appends = pending.Appends;
        for (int i = 0; i < pending.Writes.Count; i++)
        {
            for (int p = 0; p < pending.Writes[i].Pieces.Count; p++)
            {
                PreparedPiece piece = pending.Writes[i].Pieces[p];
                StoredExtent extent = pending.Placements[i].Pieces[p].Extent;
                Segment segment = engine.Segments[extent.Slot];
                int length = Devices.AlignedBuffer.RoundUp(piece.Length);
                if (appends.Count > 0 && appends[^1] is var last
                    && ReferenceEquals(last.Segment, segment)
                    && last.Position + last.Length == extent.Position
                    && last.DataEnd == piece.DataOffset)
                {
                    last.Extend(length);
                }
                else
                {
                    appends.Add(new PendingAppend(segment, extent.Position, length, pending.Bulk, piece.DataOffset));
                }
            }
        }

        appends.ForEach(static a => a.Segment.Pending.Add(a));
    }
}
