using System.Buffers;
using Cairn.Maps;
using Cairn.Objects;
using Cairn.Store.Catalog;
using Cairn.Store.Engine;
using Cairn.Store.Extents;
using Cairn.Store.Segments;

namespace Cairn.Store.Reading;

/// <summary>Answers reads: what is in memory is copied under the lock, the rest is read from the disk outside of it.</summary>
internal sealed class ObjectReader(EngineContext engine)
{
    /// <summary>Larger reads pass the cache by: they would empty it, and the disk serves them well.</summary>
    private const int CachedReadBytesMax = 64 << 10;

    private readonly DiskReader _disk = new(engine.Buffers);

    public ValueTask<StoreBuffer?> ReadAsync(PgId pg, ObjectId id, ulong offset, int length, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        cancellationToken.ThrowIfCancellationRequested();
        byte[] array;
        List<StoredRead>? fromDisk;
        int count;
        lock (engine.Gate)
        {
            engine.ThrowIfFailed();
            Collection? collection = engine.Catalog.Find(pg);
            Onode? onode = collection is null ? null : engine.Catalog.Find(collection, id);
            if (onode is null)
            {
                return new ValueTask<StoreBuffer?>((StoreBuffer?)null);
            }

            count = offset >= onode.Size ? 0 : (int)Math.Min((ulong)length, onode.Size - offset);
            array = ArrayPool<byte>.Shared.Rent(count);
            fromDisk = Gather(onode, offset, array.AsSpan(0, count));
            engine.Catalog.Trim();
            Pin(fromDisk, +1);
        }

        var buffer = new StoreBuffer(array, count, static a => ArrayPool<byte>.Shared.Return(a));
        return fromDisk is null ? new ValueTask<StoreBuffer?>(buffer) : new ValueTask<StoreBuffer?>(Task.Run(() => Finish(buffer, array, count, fromDisk, pg, id), CancellationToken.None));
    }

    /// <summary>Copies what memory has, zeroes holes, and returns what is left to read.</summary>
    public List<StoredRead>? Gather(Onode onode, ulong offset, Span<byte> result)
    {
        List<StoredRead>? fromDisk = null;
        int done = 0;
        while (done < result.Length)
        {
            ulong at = offset + (ulong)done;
            int inChunk = (int)(at % ExtentLayout.ChunkBytes);
            int length = Math.Min(result.Length - done, ExtentLayout.ChunkBytes - inChunk);
            GatherChunk(engine.Catalog.FindChunk(onode, (uint)(at / ExtentLayout.ChunkBytes)), inChunk, result.Slice(done, length), done, ref fromDisk);
            done += length;
        }

        return fromDisk;
    }

    private void GatherChunk(Chunk? chunk, int from, Span<byte> result, int target, ref List<StoredRead>? fromDisk)
    {
        int at = from;
        int to = from + result.Length;
        for (int i = chunk?.FirstEndingAfter(from) ?? 0; chunk is not null && i < chunk.Extents.Count && chunk.Extents[i].Offset < to; i++)
        {
            Extent extent = chunk.Extents[i].Slice(Math.Max(chunk.Extents[i].Offset, from), Math.Min(chunk.Extents[i].End, to));
            result[(at - from)..(extent.Offset - from)].Clear();
            at = extent.End;
            Span<byte> part = result.Slice(extent.Offset - from, extent.Length);
            switch (extent)
            {
                case StagedExtent staged:
                    engine.Staging.Get(staged.Id).Data.Slice(staged.Position, staged.Length).CopyTo(part);
                    break;
                case StoredExtent stored when !TryFromMemory(stored, part):
                    (fromDisk ??= []).Add(new StoredRead(
                        engine.Segments[stored.Slot], engine.Segments.FileOf(stored.Slot), stored, target + extent.Offset - from));
                    break;
            }
        }

        result[(at - from)..].Clear();
    }

    private bool TryFromMemory(StoredExtent extent, Span<byte> part)
    {
        Segment segment = engine.Segments[extent.Slot];
        foreach (PendingAppend pending in segment.Pending)
        {
            if (extent.Position >= pending.Position && extent.Position + extent.StoredLength <= pending.Position + pending.Length)
            {
                pending.Bytes.Slice(extent.Position - pending.Position + extent.Skip, extent.Length).CopyTo(part);
                return true;
            }
        }

        if (extent.Length > CachedReadBytesMax)
        {
            return false;
        }

        int skip = extent.Skip;
        int position = extent.Position;
        for (int done = 0; done < part.Length; position += ExtentLayout.UnitBytes)
        {
            if (!engine.Cache.TryGet(new UnitKey(extent.Slot, segment.Generation, position), out ReadOnlySpan<byte> unit))
            {
                return false;
            }

            int length = Math.Min(unit.Length - skip, part.Length - done);
            unit.Slice(skip, length).CopyTo(part[done..]);
            done += length;
            skip = 0;
        }

        return true;
    }

    private StoreBuffer? Finish(StoreBuffer buffer, byte[] array, int count, List<StoredRead> fromDisk, PgId pg, ObjectId id)
    {
        try
        {
            List<(UnitKey, byte[])>? verified = count <= CachedReadBytesMax ? [] : null;
            _disk.Read(fromDisk, array.AsSpan(0, count), $"{id} in pg {pg}", verified is null ? null : (piece, position, unit) =>
                verified.Add((new UnitKey(piece.Extent.Slot, piece.Segment.Generation, position), unit.ToArray())));
            if (verified is not null)
            {
                lock (engine.Gate)
                {
                    verified.ForEach(v => engine.Cache.Add(v.Item1, v.Item2));
                }
            }

            return buffer;
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
        finally
        {
            lock (engine.Gate)
            {
                Pin(fromDisk, -1);
            }
        }
    }

    private static void Pin(List<StoredRead>? pieces, int count)
    {
        foreach (StoredRead piece in pieces ?? [])
        {
            piece.Segment.Pins += count;
        }
    }
}
