using Cairn.Objects.Binary;
using Cairn.Store.Catalog;
using Cairn.Store.Engine;
using Cairn.Store.Extents;
using Cairn.Store.Index;
using Cairn.Store.Reading;
using Cairn.Store.Segments;

namespace Cairn.Store.Maintenance;

/// <summary>
/// Empties the segments with the least live data by moving what is live. One walk over the newest checkpoint finds who has extents in a whole
/// batch of segments, so that no map from segment to object has to be kept: segments taken were full before it began, so nobody came to
/// them since but by cloning, and those are left alone.
/// </summary>
/// <param name="keepUp">Called now and then: what else is due does not wait for the end of the batch.</param>
internal sealed class Cleaner(EngineContext engine, Action keepUp) : IDisposable
{
    /// <summary>A sixteenth of the slots is gained a batch: fewer walks over the index, but no segment taken before its time.</summary>
    private const int GainFraction = 16;
    private const int ChunksPerHold = 32;
    private const int RecordsBetweenKeepingUp = 8192;
    private readonly ExtentMover _mover = new(engine, AppendStream.Clean);
    private readonly DiskReader _disk = new(engine.Buffers);

    /// <summary>Segments with a block that cannot be read: left alone until a scrub has replaced the object.</summary>
    private readonly HashSet<int> _unreadable = [];

    public long BytesWritten => _mover.BytesWritten;

    /// <summary>Cleans one batch. The space is free after the next checkpoint.</summary>
    /// <returns>False if there was nothing worth cleaning.</returns>
    public bool Run()
    {
        Dictionary<int, uint> victims;
        lock (engine.Gate)
        {
            victims = Choose();
        }

        if (victims.Count == 0)
        {
            return false;
        }

        using var index = new RunMerger(engine.Storage, engine.Manifest.Runs);
        var owners = new List<(ulong Uid, uint Chunk)>(ChunksPerHold);
        for (int seen = 1; index.Next(); seen++)
        {
            if (!index.Removed && RefersToAny(index.Key, index.Value, victims))
            {
                owners.Add((index.Key.Owner, index.Key.Item));
            }

            if (owners.Count == ChunksPerHold)
            {
                if (!Move(owners, victims))
                {
                    break;
                }

                owners.Clear();
                keepUp();
            }
            else if (seen % RecordsBetweenKeepingUp == 0)
            {
                keepUp();
            }
        }

        Move(owners, victims);
        _mover.Flush();
        return true;
    }

    public void Dispose() => _mover.Dispose();

    /// <summary>Those that cost the least to move for what they give, as long as they fit into what is free.</summary>
    /// <returns>Slots, each with its generation: one emptied meanwhile may be written anew before the batch ends.</returns>
    private Dictionary<int, uint> Choose()
    {
        long room = (long)engine.Segments.FreeSlots * engine.Segments.SegmentBytes;
        long gain = (long)Math.Max(2, engine.Segments.SlotCount / GainFraction) * engine.Segments.SegmentBytes;
        var victims = new Dictionary<int, uint>();
        foreach (Segment segment in engine.Segments.All
            .Where(s => s is { State: SegmentState.Sealed, LiveBytes: > 0, IsInCheckpoint: true } && !_unreadable.Contains(s.Slot))
            .OrderBy(static s => s.LiveBytes))
        {
            room -= segment.LiveBytes;
            if (room < 0 || segment.LiveBytes > engine.Segments.SegmentBytes * 9L / 10 || gain <= 0)
            {
                break;
            }

            gain -= engine.Segments.SegmentBytes - segment.LiveBytes;
            victims.Add(segment.Slot, segment.Generation);
        }

        return victims;
    }

    private static bool RefersToAny(IndexKey key, ReadOnlySpan<byte> value, Dictionary<int, uint> victims)
    {
        if (key.Kind is not (IndexKind.Onode or IndexKind.Chunk))
        {
            return false;
        }

        foreach (Extent extent in ChunkIn(key, value).Extents)
        {
            if (extent is StoredExtent stored && victims.ContainsKey(stored.Slot))
            {
                return true;
            }
        }

        return false;
    }

    private static Chunk ChunkIn(IndexKey key, ReadOnlySpan<byte> value)
    {
        if (key.Kind == IndexKind.Onode)
        {
            return OnodeCodec.DecodeSketch(key.Owner, value).First;
        }

        var reader = new ByteReader(value);
        return ChunkCodec.Decode(key.Owner, key.Item, ref reader);
    }

    /// <returns>False if there is no room to move to.</returns>
    private bool Move(List<(ulong Uid, uint Chunk)> owners, Dictionary<int, uint> victims)
    {
        List<FoundExtents> found = [];
        lock (engine.Gate)
        {
            engine.ThrowIfFailed();
            foreach ((ulong uid, uint number) in owners)
            {
                // As they are now: removed or overwritten since, perhaps.
                if (engine.Catalog.TryByUid(uid) is { } onode && engine.Catalog.FindChunk(onode, number) is { } chunk)
                {
                    Find(onode, number, chunk, victims, found);
                }
            }

            engine.Catalog.Trim();
        }

        bool hasRoom = true;
        foreach (FoundExtents chunk in found)
        {
            hasRoom = hasRoom && Move(chunk);
            Unpin(chunk);
        }

        return hasRoom;
    }

    private void Find(Onode onode, uint number, Chunk chunk, Dictionary<int, uint> victims, List<FoundExtents> found)
    {
        List<StoredExtent> extents =
        [
            .. chunk.Extents.OfType<StoredExtent>().Where(e => victims.TryGetValue(e.Slot, out uint generation) && engine.Segments[e.Slot].Generation == generation),
        ];
        if (extents.Count > 0)
        {
            extents.ForEach(e => engine.Segments[e.Slot].Pins++);
            found.Add(new FoundExtents(onode.Uid, number, onode.Id.ToString(), extents));
        }
    }

    private bool Move(FoundExtents found)
    {
        foreach (StoredExtent extent in found.Extents)
        {
            byte[] bytes = new byte[extent.Length];
            StoredRead read;
            lock (engine.Gate)
            {
                read = new StoredRead(engine.Segments[extent.Slot], engine.Segments.FileOf(extent.Slot), extent, 0);
            }

            try
            {
                _disk.Read([read], bytes, found.Name);
            }
            catch (ObjectCorruptException)
            {
                // Readers get the error by the object's name, and scrub finds it. Moving would bless the damage.
                _unreadable.Add(extent.Slot);
                continue;
            }

            if (!_mover.HasRoom(extent.Length) && !_mover.Flush())
            {
                return false;
            }

            bytes.CopyTo(_mover.Add(found.Uid, found.Chunk, [extent]));
        }

        return true;
    }

    private void Unpin(FoundExtents found)
    {
        lock (engine.Gate)
        {
            found.Extents.ForEach(e => engine.Segments[e.Slot].Pins--);
        }
    }

    private sealed record FoundExtents(ulong Uid, uint Chunk, string Name, List<StoredExtent> Extents);
}
