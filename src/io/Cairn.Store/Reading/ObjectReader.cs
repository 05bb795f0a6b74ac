using System.Buffers;
using Cairn.Maps;
using Cairn.Objects;
using Cairn.Store.Catalog;
using Cairn.Store.Devices;
using Cairn.Store.Engine;
using Cairn.Store.Extents;
using Cairn.Store.Segments;

namespace Cairn.Store.Reading;

/// <summary>Answers reads: what is in memory is copied under the lock, the rest is read from the disk outside of it.</summary>
internal sealed class ObjectReader
{
    /// <summary>Larger reads pass the cache by: they would empty it, and the disk serves them well.</summary>
    private const int CachedReadBytesMax = 64 << 10;

    /// <summary>Larger ones are their own readahead.</summary>
    private const int SequentialReadBytesMax = 256 << 10;

    private readonly EngineContext _engine;
    private readonly DiskReader _disk;
    private readonly VerifiedUnit _cache;
    private readonly int _windowMax;
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _aheads;
    private bool _isStopping;

    public ObjectReader(EngineContext engine)
    {
        _engine = engine;
        _disk = new DiskReader(engine.Buffers);
        _cache = Cache;
        _windowMax = (int)Math.Min(engine.Options.ReadaheadBytesMax, engine.Options.CacheBytesMax / 16);
    }

    public ValueTask<StoreBuffer?> ReadAsync(PgId pg, ObjectId id, ulong offset, int length, UseOfCache use, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        cancellationToken.ThrowIfCancellationRequested();
        return Read(pg, id, offset, length, use, isRepeated: false);
    }

    /// <summary>Completes when nothing is read ahead any more: nobody else waits for that.</summary>
    public Task StopAsync()
    {
        lock (_engine.Gate)
        {
            _isStopping = true;
            return _aheads == 0 ? Task.CompletedTask : _drained.Task;
        }
    }

    /// <param name="isRepeated">It has waited for what was being read ahead.</param>
    private ValueTask<StoreBuffer?> Read(PgId pg, ObjectId id, ulong offset, int length, UseOfCache use, bool isRepeated)
    {
        StoreBuffer buffer;
        Memory<byte> room;
        List<StoredRead>? fromDisk;
        Task? ahead = null;
        int count;
        lock (_engine.Gate)
        {
            _engine.ThrowIfFailed();
            Collection? collection = _engine.Catalog.Find(pg);
            Onode? onode = collection is null ? null : _engine.Catalog.Find(collection, id);
            if (onode is null)
            {
                return new ValueTask<StoreBuffer?>((StoreBuffer?)null);
            }

            count = offset >= onode.Size ? 0 : (int)Math.Min((ulong)length, onode.Size - offset);
            (buffer, room) = Rent(count);
            ReadStream? stream = use == UseOfCache.None || count > SequentialReadBytesMax ? null : isRepeated ? onode.Stream : Follow(onode, offset, count);
            use = stream is not null ? UseOfCache.Sequential : use;
            fromDisk = Gather(onode, offset, room.Span[..count], use);
            if (fromDisk is not null && !isRepeated && stream?.IsUnderWay(offset, offset + (ulong)count) == true)
            {
                ahead = stream.UnderWay;
            }

            if (stream is not null)
            {
                ReadAhead(onode, stream);
            }

            _engine.Catalog.Trim();
            Pin(ahead is null ? fromDisk : null, +1);
        }

        if (ahead is not null)
        {
            buffer.Dispose();
            return ReadBehindAsync(ahead, pg, id, offset, length, use);
        }

        return fromDisk is null ? new ValueTask<StoreBuffer?>(buffer) : new ValueTask<StoreBuffer?>(Task.Run(() => Finish(buffer, room, count, fromDisk, use, pg, id), CancellationToken.None));
    }

    /// <returns>A buffer, and its memory with what there is behind it.</returns>
    private (StoreBuffer Buffer, Memory<byte> Room) Rent(int count)
    {
        if (count < ReadBuffers.BytesMin)
        {
            byte[] small = ArrayPool<byte>.Shared.Rent(count);
            return (new StoreBuffer(small, 0, count, static a => ArrayPool<byte>.Shared.Return(a)), small);
        }

        (byte[] array, int start) = _engine.ReadArrays.Rent(count);
        return (new StoreBuffer(array, start, count, _engine.ReadArrays.Return, _engine.ReadArrays.Forget), array.AsMemory(start, array.Length - IBlockFile.BlockSize));
    }

    private async ValueTask<StoreBuffer?> ReadBehindAsync(Task ahead, PgId pg, ObjectId id, ulong offset, int length, UseOfCache use)
    {
        await ahead;
        return await Read(pg, id, offset, length, use, isRepeated: true);
    }

    /// <returns>The sequence that the read belongs to; null if it is not the second of one at least.</returns>
    private ReadStream? Follow(Onode onode, ulong offset, int count)
    {
        bool isSequential = offset == onode.ReadTo;
        onode.ReadTo = offset + (ulong)count;
        if (!isSequential)
        {
            onode.Stream = null;
        }
        else if (count > 0 && _windowMax >= ReadStream.WindowMin)
        {
            onode.Stream ??= new ReadStream(_windowMax);
        }

        return onode.Stream;
    }

    /// <summary>Starts to read what the stream will want next, if it is time to.</summary>
    private void ReadAhead(Onode onode, ReadStream stream)
    {
        (ulong from, ulong to) = _isStopping ? default : stream.Advance(onode.ReadTo, onode.Size);
        if (to > from && Stored(onode, from, to) is { } wanted)
        {
            Pin(wanted, +1);
            _aheads++;
            string name = onode.Id.ToString();
            stream.UnderWay = Task.Run(() => FillCache(wanted, name), CancellationToken.None);
        }
    }

    /// <summary>What of a range is on the disk only.</summary>
    private List<StoredRead>? Stored(Onode onode, ulong from, ulong to)
    {
        List<StoredRead>? found = null;
        for (ulong at = from; at < to;)
        {
            int inChunk = (int)(at % ExtentLayout.ChunkBytes);
            int end = (int)Math.Min(ExtentLayout.ChunkBytes, (ulong)inChunk + to - at);
            Chunk? chunk = _engine.Catalog.FindChunk(onode, (uint)(at / ExtentLayout.ChunkBytes));
            for (int i = chunk?.FirstEndingAfter(inChunk) ?? 0; chunk is not null && i < chunk.Extents.Count && chunk.Extents[i].Offset < end; i++)
            {
                Extent extent = chunk.Extents[i];
                if (extent.Slice(Math.Max(extent.Offset, inChunk), Math.Min(extent.End, end)) is StoredExtent stored && !IsInMemory(stored))
                {
                    (found ??= []).Add(ReadOf(stored, 0));
                }
            }

            at += (ulong)(end - inChunk);
        }

        return found;
    }

    /// <summary>Copies what memory has, zeroes holes, and returns what is left to read.</summary>
    private List<StoredRead>? Gather(Onode onode, ulong offset, Span<byte> result, UseOfCache use)
    {
        List<StoredRead>? fromDisk = null;
        int done = 0;
        while (done < result.Length)
        {
            ulong at = offset + (ulong)done;
            int inChunk = (int)(at % ExtentLayout.ChunkBytes);
            int length = Math.Min(result.Length - done, ExtentLayout.ChunkBytes - inChunk);
            Chunk? chunk = _engine.Catalog.FindChunk(onode, (uint)(at / ExtentLayout.ChunkBytes));
            GatherChunk(chunk, inChunk, result.Slice(done, length), done, use, ref fromDisk);
            done += length;
        }

        return fromDisk;
    }

    private void GatherChunk(Chunk? chunk, int from, Span<byte> result, int target, UseOfCache use, ref List<StoredRead>? fromDisk)
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
                    _engine.Staging.Get(staged.Id).Data.Slice(staged.Position, staged.Length).CopyTo(part);
                    break;
                case StoredExtent stored when !TryFromMemory(stored, part, use):
                    (fromDisk ??= []).Add(ReadOf(stored, target + extent.Offset - from));
                    break;
            }
        }

        result[(at - from)..].Clear();
    }

    private StoredRead ReadOf(StoredExtent extent, int target) =>
        new(_engine.Segments[extent.Slot], _engine.Segments.FileOf(extent.Slot), extent, target);

    private bool TryFromMemory(StoredExtent extent, Span<byte> part, UseOfCache use)
    {
        Segment segment = _engine.Segments[extent.Slot];
        if (PendingFor(segment, extent) is { } pending)
        {
            pending.Bytes.Slice(extent.Position - pending.Position + extent.Skip, extent.Length).CopyTo(part);
            return true;
        }

        if (use == UseOfCache.None || (extent.Length > CachedReadBytesMax && use != UseOfCache.Sequential))
        {
            return false;
        }

        int skip = extent.Skip;
        int position = extent.Position;
        for (int done = 0; done < part.Length; position += ExtentLayout.UnitBytes)
        {
            if (!_engine.Cache.TryGet(new UnitKey(extent.Slot, segment.Generation, position), use != UseOfCache.Sequential, out ReadOnlySpan<byte> unit))
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

    private bool IsInMemory(StoredExtent extent)
    {
        Segment segment = _engine.Segments[extent.Slot];
        if (PendingFor(segment, extent) is not null)
        {
            return true;
        }

        for (int at = 0; at < extent.StoredLength; at += ExtentLayout.UnitBytes)
        {
            if (!_engine.Cache.Contains(new UnitKey(extent.Slot, segment.Generation, extent.Position + at)))
            {
                return false;
            }
        }

        return true;
    }

    private static PendingAppend? PendingFor(Segment segment, StoredExtent extent)
    {
        foreach (PendingAppend pending in segment.Pending)
        {
            if (extent.Position >= pending.Position && extent.Position + extent.StoredLength <= pending.Position + pending.Length)
            {
                return pending;
            }
        }

        return null;
    }

    private StoreBuffer? Finish(StoreBuffer buffer, Memory<byte> room, int count, List<StoredRead> fromDisk, UseOfCache use, PgId pg, ObjectId id)
    {
        try
        {
            _disk.Read(fromDisk, room.Span, count, $"{id} in pg {pg}", count <= CachedReadBytesMax && use != UseOfCache.None ? _cache : null);
            if (count >= ReadBuffers.BytesMin && StoredRead.SumsOf(fromDisk, count) is { } sums)
            {
                buffer.KnowSums(sums);
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
            Unpin(fromDisk);
        }
    }

    private void FillCache(List<StoredRead> pieces, string name)
    {
        try
        {
            _disk.Read(pieces, default, 0, name, _cache);
        }
        catch (ObjectCorruptException)
        {
            // Whoever comes to read it is told: it is not in the cache.
        }
        finally
        {
            Unpin(pieces);
            Ended();
        }
    }

    private void Ended()
    {
        lock (_engine.Gate)
        {
            if (--_aheads == 0 && _isStopping)
            {
                _drained.SetResult();
            }
        }
    }

    /// <summary>The segment is pinned: what was read is still what the key says.</summary>
    private void Cache(StoredRead piece, int position, ReadOnlySpan<byte> unit)
    {
        lock (_engine.Gate)
        {
            _engine.Cache.Add(new UnitKey(piece.Extent.Slot, piece.Segment.Generation, position), unit);
        }
    }

    private void Unpin(List<StoredRead> pieces)
    {
        lock (_engine.Gate)
        {
            Pin(pieces, -1);
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
