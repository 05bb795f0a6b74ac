using Cairn.Store.Catalog;
using Cairn.Store.Engine;
using Cairn.Store.Extents;
using Cairn.Store.Segments;
using Cairn.Store.Staging;

namespace Cairn.Store.Maintenance;

/// <summary>Moves small writes from memory and WAL to segments, oldest first. Neighbours in an object are put together on the way.</summary>
internal sealed class Destager(EngineContext engine) : IDisposable
{
    /// <summary>Data gathered under one hold of the lock.</summary>
    private const int BytesPerHold = 64 << 10;

    /// <summary>Blobs looked at under one hold of the lock.</summary>
    private const int DropsPerHold = 64;

    private readonly ExtentMover _mover = new(engine, AppendStream.Destage);

    public long BytesWritten => _mover.BytesWritten;

    /// <summary>Moves everything staged by transactions up to <paramref name="sequence"/>, or until <paramref name="enough"/>.</summary>
    /// <returns>False if no segment was free.</returns>
    public bool Run(ulong sequence, Func<bool> enough)
    {
        while (true)
        {
            DropAllMoved();
            lock (engine.Gate)
            {
                if (engine.Staging.Oldest is not { } oldest || oldest.Id.Sequence > sequence || enough())
                {
                    return true;
                }
            }

            Gather(sequence);
            if (!_mover.Flush())
            {
                return false;
            }
        }
    }

    public void Dispose() => _mover.Dispose();

    private void Gather(ulong sequence)
    {
        var taken = new HashSet<(ulong, uint)>();
        int skip = 0;
        bool more = true;
        while (more)
        {
            lock (engine.Gate)
            {
                more = GatherSome(sequence, taken, ref skip);
            }
        }
    }

    /// <returns>Whether there is more to gather and room for it.</returns>
    private bool GatherSome(ulong sequence, HashSet<(ulong, uint)> taken, ref int skip)
    {
        int bytes = 0;
        foreach (StagedBlob blob in engine.Staging.OldestFirst.Skip(skip))
        {
            if (blob.Id.Sequence > sequence)
            {
                return false;
            }

            foreach ((ulong uid, uint number) in blob.Chunks)
            {
                if (!taken.Contains((uid, number)) && engine.Catalog.TryByUid(uid) is { } onode && engine.Catalog.FindChunk(onode, number) is { } chunk)
                {
                    // A chunk is taken as a whole: everything staged in it, of later transactions too.
                    if (!_mover.IsEmpty && !FitsAll(chunk))
                    {
                        return false;
                    }

                    bytes += GatherChunk(uid, number, chunk);
                    taken.Add((uid, number));
                }
            }

            skip++;
            engine.Catalog.Trim();
            if (bytes >= BytesPerHold)
            {
                return true;
            }
        }

        return false;
    }

    private bool FitsAll(Chunk chunk) =>
        // Each range may need a block for alignment.
        _mover.HasRoom(chunk.Extents.OfType<StagedExtent>().Sum(static e => e.Length + Devices.IBlockFile.BlockSize));

    private int GatherChunk(ulong uid, uint number, Chunk chunk)
    {
        int bytes = 0;
        var run = new List<Extent>();
        foreach (Extent extent in chunk.Extents)
        {
            if (run.Count > 0 && (extent is not StagedExtent || run[^1].End != extent.Offset))
            {
                bytes += AddRun(uid, number, run);
            }

            if (extent is StagedExtent)
            {
                run.Add(extent);
            }
        }

        return bytes + AddRun(uid, number, run);
    }

    private int AddRun(ulong uid, uint number, List<Extent> run)
    {
        if (run.Count == 0)
        {
            return 0;
        }

        Span<byte> target = _mover.Add(uid, number, run);
        int length = target.Length;
        foreach (StagedExtent extent in run.Cast<StagedExtent>())
        {
            engine.Staging.Get(extent.Id).Data.Slice(extent.Position, extent.Length).CopyTo(target[(extent.Offset - run[0].Offset)..]);
        }

        run.Clear();
        return length;
    }

    /// <summary>Drops blobs at the head that no chunk refers to any more.</summary>
    private void DropAllMoved()
    {
        bool more = true;
        while (more)
        {
            lock (engine.Gate)
            {
                more = DropMoved();
                engine.Catalog.Trim();
                Monitor.PulseAll(engine.Gate);
            }
        }
    }

    private bool DropMoved()
    {
        for (int dropped = 0; dropped < DropsPerHold; dropped++)
        {
            if (engine.Staging.Oldest is not { } blob || blob.Chunks.Any(c => Refers(c.Uid, c.Chunk, blob.Id)))
            {
                return false;
            }

            engine.Staging.DropOldest();
        }

        return true;
    }

    private bool Refers(ulong uid, uint number, StagedId id) =>
        engine.Catalog.TryByUid(uid) is { } onode
        && engine.Catalog.FindChunk(onode, number) is { } chunk
        && chunk.Extents.Any(e => e is StagedExtent staged && staged.Id == id);
}
