using Cairn.Store.Catalog;
using Cairn.Store.Engine;
using Cairn.Store.Extents;
using Cairn.Store.Reading;
using Cairn.Store.Segments;

namespace Cairn.Store.Maintenance;

/// <summary>
/// Empties the segments with the least live data by moving what is live. One walk over the index finds the extents of a whole batch of
/// segments, so that no map from segment to object has to be kept.
/// </summary>
internal sealed class Cleaner(EngineContext engine) : IDisposable
{
    /// <summary>A sixteenth of the slots is gained a batch: fewer walks over the index, but no segment taken before its time.</summary>
    private const int GainFraction = 16;
    private const int ObjectsPerHold = 32;
    private readonly ExtentMover _mover = new(engine, AppendStream.Clean);
    private readonly DiskReader _disk = new(engine.Buffers);

    /// <summary>Segments with a block that cannot be read: left alone until a scrub has replaced the object.</summary>
    private readonly HashSet<int> _unreadable = [];

    public long BytesWritten => _mover.BytesWritten;

    /// <summary>Cleans one batch. The space is free after the next checkpoint.</summary>
    /// <returns>False if there was nothing worth cleaning.</returns>
    public bool Run()
    {
        HashSet<int> victims;
        lock (engine.Gate)
        {
            victims = Choose();
        }

        if (victims.Count == 0)
        {
            return false;
        }

        foreach (ulong collection in CollectionIds())
        {
            if (!CleanCollection(collection, victims))
            {
                break;
            }
        }

        _mover.Flush();
        return true;
    }

    public void Dispose() => _mover.Dispose();

    /// <summary>Those that cost the least to move for what they give, as long as they fit into what is free.</summary>
    private HashSet<int> Choose()
    {
        long room = (long)engine.Segments.FreeSlots * engine.Segments.SegmentBytes;
        long gain = (long)Math.Max(2, engine.Segments.SlotCount / GainFraction) * engine.Segments.SegmentBytes;
        var victims = new HashSet<int>();
        foreach (Segment segment in engine.Segments.All
            .Where(s => s is { State: SegmentState.Sealed, LiveBytes: > 0 } && !_unreadable.Contains(s.Slot))
            .OrderBy(static s => s.LiveBytes))
        {
            room -= segment.LiveBytes;
            if (room < 0 || segment.LiveBytes > engine.Segments.SegmentBytes * 9L / 10 || gain <= 0)
            {
                break;
            }

            gain -= engine.Segments.SegmentBytes - segment.LiveBytes;
            victims.Add(segment.Slot);
        }

        return victims;
    }

    private List<ulong> CollectionIds()
    {
        lock (engine.Gate)
        {
            return [.. engine.Catalog.Collections.Select(static c => c.Id)];
        }
    }

    private bool CleanCollection(ulong id, HashSet<int> victims)
    {
        ObjectPlace next = ObjectPlace.First;
        while (true)
        {
            List<FoundExtents> found;
            lock (engine.Gate)
            {
                engine.ThrowIfFailed();
                if (engine.Catalog.Collections.FirstOrDefault(c => c.Id == id) is not { } collection)
                {
                    return true;
                }

                List<ObjectPlace> places = [.. collection.Objects.From(next).Take(ObjectsPerHold)];
                if (places.Count == 0)
                {
                    return true;
                }

                next = places[^1] with { Uid = places[^1].Uid + 1 };
                found = Find(places, victims);
            }

            foreach (FoundExtents chunk in found)
            {
                if (!Move(chunk))
                {
                    return false;
                }
            }
        }
    }

    private List<FoundExtents> Find(List<ObjectPlace> places, HashSet<int> victims)
    {
        var found = new List<FoundExtents>();
        foreach (ObjectPlace place in places)
        {
            Onode onode = engine.Catalog.ByUid(place.Uid);
            Find(onode, 0, onode.First, victims, found);
            foreach (uint number in onode.Further.All())
            {
                Find(onode, number, engine.Catalog.FindChunk(onode, number)!, victims, found);
            }

            engine.Catalog.Trim();
        }

        return found;
    }

    private void Find(Onode onode, uint number, Chunk chunk, HashSet<int> victims, List<FoundExtents> found)
    {
        List<StoredExtent> extents = [.. chunk.Extents.OfType<StoredExtent>().Where(e => victims.Contains(e.Slot))];
        if (extents.Count > 0)
        {
            extents.ForEach(e => engine.Segments[e.Slot].Pins++);
            found.Add(new FoundExtents(onode.Uid, number, onode.Id.ToString(), extents));
        }
    }

    private bool Move(FoundExtents found)
    {
        try
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
        finally
        {
            lock (engine.Gate)
            {
                found.Extents.ForEach(e => engine.Segments[e.Slot].Pins--);
            }
        }
    }

    private sealed record FoundExtents(ulong Uid, uint Chunk, string Name, List<StoredExtent> Extents);
}
