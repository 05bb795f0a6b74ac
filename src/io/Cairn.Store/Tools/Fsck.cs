using System.Globalization;
using Cairn.Objects;
using Cairn.Store.Catalog;
using Cairn.Store.Devices;
using Cairn.Store.Engine;
using Cairn.Store.Extents;
using Cairn.Store.Index;
using Cairn.Store.Reading;
using Cairn.Store.Segments;
using Cairn.Store.Wal;

namespace Cairn.Store.Tools;

/// <summary>Walks everything in a store that no one has open: structure, every byte's checksum, space accounting, files nobody refers to.</summary>
internal sealed class Fsck(EngineContext engine)
{
    private readonly List<string> _errors = [];
    private readonly List<string> _notes = [];
    private readonly Dictionary<int, long> _live = [];
    private readonly DiskReader _disk = new(engine.Buffers);
    private long _objects;
    private long _verified;

    public static FsckReport Run(IBlockStorage storage, StoreOptions options)
    {
        EngineContext engine;
        try
        {
            engine = StoreLoader.Load(storage, options);
        }
        catch (StoreFailedException e)
        {
            return new FsckReport([e.Message], [], 0, 0, 0, 0);
        }

        using (engine)
        {
            return Run(engine);
        }
    }

    /// <summary>Of an engine that nothing else uses meanwhile.</summary>
    public static FsckReport Run(EngineContext engine) => new Fsck(engine).Run();

    private FsckReport Run()
    {
        int collections = 0;
        foreach (Collection collection in engine.Catalog.Collections)
        {
            collections++;
            Check(collection);
            CheckLog(collection);
        }

        CheckSpace();
        CheckFiles();
        return new FsckReport(_errors, _notes, collections, _objects, engine.Catalog.DataBytes, _verified);
    }

    private void Check(Collection collection)
    {
        ObjectPlace? before = null;
        foreach (ObjectPlace place in collection.Objects.All().ToList())
        {
            _objects++;
            if (before is { } b && b.CompareTo(place) >= 0)
            {
                _errors.Add($"pg {collection.Pg}: objects {b.Uid} and {place.Uid} are out of order");
            }

            before = place;
            try
            {
                Check(collection, place);
            }
            catch (Exception e) when (e is StoreFailedException or FormatException or Cairn.Maps.InvariantException)
            {
                _errors.Add($"pg {collection.Pg}, object number {place.Uid}: {e.Message}");
            }

            engine.Catalog.Trim();
        }
    }

    private void CheckLog(Collection collection)
    {
        foreach ((LogBlock earlier, LogBlock later) in collection.Log.Zip(collection.Log.Skip(1)))
        {
            if (earlier.Last >= later.First)
            {
                _errors.Add($"pg {collection.Pg}: log blocks {earlier.Id} (to {earlier.Last}) and {later.Id} (from {later.First}) overlap");
            }
        }
    }

    private void Check(Collection collection, ObjectPlace place)
    {
        Onode onode = engine.Catalog.ByUid(place.Uid);
        string name = $"{onode.Id} in pg {collection.Pg}";
        if (ObjectPlace.Of(onode) != place || !ReferenceEquals(onode.Collection, collection))
        {
            _errors.Add($"{name} is listed where it does not belong");
        }

        if (onode.Id.Hash != new ObjectId(onode.Id.Pool, onode.Id.Namespace, onode.Id.Name).Hash)
        {
            _errors.Add($"{name} has a wrong hash");
        }

        Check(onode, 0, onode.First, name);
        foreach (uint number in onode.Further.All())
        {
            Check(onode, number, engine.Catalog.FindChunk(onode, number)!, name);
        }
    }

    private void Check(Onode onode, uint number, Chunk chunk, string name)
    {
        int end = 0;
        ulong start = (ulong)number * ExtentLayout.ChunkBytes;
        foreach (Extent extent in chunk.Extents)
        {
            if (extent.Offset < end || extent.Length <= 0 || extent.End > ExtentLayout.ChunkBytes || start + (ulong)extent.End > onode.Size)
            {
                _errors.Add($"{name}: extent {extent.Offset}+{extent.Length} of chunk {number} overlaps another or lies outside the object");
            }

            end = extent.End;
            if (extent is StoredExtent stored)
            {
                _live[stored.Slot] = _live.GetValueOrDefault(stored.Slot) + stored.StoredLength;
                Verify(stored, name);
            }
        }
    }

    private void Verify(StoredExtent extent, string name)
    {
        try
        {
            if ((long)extent.Position + extent.StoredLength > engine.Segments.SegmentBytes)
            {
                throw new ObjectCorruptException($"{name}: extent lies outside segment {extent.Slot}");
            }

            byte[] bytes = new byte[extent.Length];
            Segment segment = engine.Segments[extent.Slot];
            _disk.Read([new StoredRead(segment, engine.Segments.FileOf(extent.Slot), extent, 0)], bytes, name);
            _verified += extent.StoredLength;
        }
        catch (Exception e) when (e is IOException)
        {
            _errors.Add(e.Message);
        }
    }

    private void CheckSpace()
    {
        foreach (Segment segment in engine.Segments.All)
        {
            long counted = _live.GetValueOrDefault(segment.Slot);
            if (segment.LiveBytes != counted)
            {
                _errors.Add($"segment {segment.Slot} is accounted {segment.LiveBytes} live bytes, but has {counted}");
            }
        }
    }

    private void CheckFiles()
    {
        int unused = 0;
        foreach (string name in engine.Storage.List("data").Where(static n => n != ".keep"))
        {
            if (!int.TryParse(name, CultureInfo.InvariantCulture, out int slot) || slot >= engine.Segments.SlotCount)
            {
                _notes.Add($"data/{name} is none of the store's files: it may be deleted");
            }
            else if (!_live.ContainsKey(slot))
            {
                unused++;
            }
        }

        _notes.Add($"{unused} segment files hold nothing live and will be reused");
        _notes.Add($"{engine.Storage.List(WalFormat.Folder).Count(n => WalFormat.TryParse(n, out _))} WAL files, {engine.Manifest.Runs.Count} index runs of {engine.Manifest.RunBytes} bytes, "
            + $"{engine.Staging.Count} small writes not moved to segments yet");
        foreach (IndexRun run in engine.Manifest.Runs)
        {
            if (!engine.Storage.Exists(RunFormat.NameOf(run.Id)))
            {
                _errors.Add($"{RunFormat.NameOf(run.Id)} is missing");
            }
        }
    }
}
