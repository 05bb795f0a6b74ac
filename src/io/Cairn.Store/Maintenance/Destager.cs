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

    /// <summary>Chunks gathered since the last flush.</summary>
    private readonly HashSet<(ulong Uid, uint Chunk)> _taken = [];
    private readonly List<Extent> _run = [];

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
        _taken.Clear();
        StagedBlob? next = null;
        bool more = true;
        while (more)
        {
            lock (engine.Gate)
            {
                // Only this thread drops blobs: the next one stays where it is while others work.
                next ??= engine.Staging.Oldest;
                more = GatherSome(sequence, ref next);
            }
        }
    }

    /// <returns>Whether there is more to gather and room for it.</returns>
    private bool GatherSome(ulong sequence, ref StagedBlob? next)
    {
        for (int bytes = 0; next is { } blob && blob.Id.Sequence <= sequence; next = blob.Newer)
        {
            if (bytes >= BytesPerHold)
            {
                return true;
            }

            for (int i = 0; blob.Uses > 0 && i < blob.ChunkCount; i++)
            {
                (ulong uid, uint number) = blob.ChunkAt(i);
                if (!_taken.Contains((uid, number)) && engine.Catalog.TryByUid(uid) is { } onode && engine.Catalog.FindChunk(onode, number) is { } chunk)
                {
                    // A chunk is taken as a whole: everything staged in it, of later transactions too.
                    if (!_mover.IsEmpty && !FitsAll(chunk))
                    {
                        return false;
                    }

                    bytes += GatherChunk(uid, number, chunk);
                    _taken.Add((uid, number));
                }
            }

            engine.Catalog.Trim();
        }

        return false;
    }

    private bool FitsAll(Chunk chunk)
    {
        int bytes = 0;
        for (int i = 0; i < chunk.Extents.Count; i++)
        {
            bytes += chunk.Extents[i] is StagedExtent staged ? ExtentMover.RoomFor(staged.Length) : 0;
        }

        return _mover.HasRoom(bytes);
    }

    private int GatherChunk(ulong uid, uint number, Chunk chunk)
    {
        int bytes = 0;
        for (int i = 0; i < chunk.Extents.Count; i++)
        {
            Extent extent = chunk.Extents[i];
            if (_run.Count > 0 && (extent is not StagedExtent || _run[^1].End != extent.Offset))
            {
                bytes += AddRun(uid, number);
            }

            if (extent is StagedExtent)
            {
                _run.Add(extent);
            }
        }

        return bytes + AddRun(uid, number);
    }

    private int AddRun(ulong uid, uint number)
    {
        if (_run.Count == 0)
        {
            return 0;
        }

        Span<byte> target = _mover.Add(uid, number, _run);
        int from = _run[0].Offset;
        foreach (Extent extent in _run)
        {
            var staged = (StagedExtent)extent;
            engine.Staging.Get(staged.Id).Data.Slice(staged.Position, staged.Length).CopyTo(target[(staged.Offset - from)..]);
        }

        _run.Clear();
        return target.Length;
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
            if (engine.Staging.Oldest is not { Uses: 0 })
            {
                return false;
            }

            engine.Staging.DropOldest();
        }

        return true;
    }
}
