using Cairn.Maps;
using Cairn.Store.Catalog;
using Cairn.Store.Devices;
using Cairn.Store.Engine;
using Cairn.Store.Extents;
using Cairn.Store.Segments;

namespace Cairn.Store.Maintenance;

/// <summary>
/// Gathers ranges of chunks, writes their bytes to new places, and points the chunks there, wherever they still are what was gathered.
/// Moving is not logged: a crash finds the old places, which nothing reuses before the next checkpoint.
/// </summary>
internal sealed class ExtentMover(EngineContext engine, AppendStream stream) : IDisposable
{
    /// <summary>Each costs a few microseconds under the lock that writers wait for.</summary>
    private const int RangesPerHold = 16;

    private const int BufferBytes = 2 << 20;

    private readonly AlignedBuffer _buffer = new(Math.Min(BufferBytes, engine.Segments.SegmentBytes));
    private readonly List<MovedRange> _ranges = [];
    private readonly List<Extent> _replacements = [];
    private int _length;

    /// <summary>Bytes of a batch: what the segment being appended to still takes, so that its end is not wasted.</summary>
    private int _room = Math.Min(BufferBytes, engine.Segments.SegmentBytes);

    public bool IsEmpty => _ranges.Count == 0;

    /// <summary>Bytes moved, ever.</summary>
    public long BytesWritten { get; private set; }

    public bool HasRoom(int bytes) => Align(_length, bytes) + AlignedBuffer.RoundUp(bytes) <= _room;

    /// <summary>Reserves room for a range, to be filled with its bytes. Under the store's lock.</summary>
    /// <param name="sources">The extents it consists of, without gaps.</param>
    public Span<byte> Add(ulong uid, uint chunk, IReadOnlyList<Extent> sources)
    {
        int length = sources[^1].End - sources[0].Offset;
        _length = Align(_length, length);
        _ranges.Add(new MovedRange(uid, chunk, [.. sources], _length));
        Span<byte> room = _buffer.Span.Slice(_length, length);
        _length += length;
        return room;
    }

    /// <summary>Writes what was gathered and switches the chunks over.</summary>
    /// <returns>False if no segment is free for it: nothing was moved.</returns>
    public bool Flush()
    {
        if (_ranges.Count == 0)
        {
            return true;
        }

        Segment segment;
        int position;
        lock (engine.Gate)
        {
            if (TryAllocate() is not { } place)
            {
                _ranges.Clear();
                _length = 0;
                return false;
            }

            (segment, position) = place;
            segment.Pins++;
        }

        int padded = AlignedBuffer.RoundUp(_length);
        _buffer.Span[_length..padded].Clear();
        var moved = new StoredExtent[_ranges.Count];
        for (int i = 0; i < moved.Length; i++)
        {
            MovedRange range = _ranges[i];
            moved[i] = new StoredExtent(
                range.Offset, range.Length, segment.Slot, position + range.BufferOffset, 0, range.Length, Sums(range));
        }

        if (engine.StagedIsNearlyFull)
        {
            segment.File!.Write(position, _buffer.Span[..padded]);
        }
        else
        {
            segment.File!.WriteGently(position, _buffer.Span[..padded]);
        }

        segment.File!.Sync();
        for (int first = 0; first < moved.Length; first += RangesPerHold)
        {
            lock (engine.Gate)
            {
                for (int i = first; i < Math.Min(first + RangesPerHold, moved.Length); i++)
                {
                    SwitchOver(_ranges[i], moved[i]);
                }

                engine.Catalog.Trim();
            }
        }

        lock (engine.Gate)
        {
            segment.Pins--;
            BytesWritten += padded;
            _room = Math.Min(_buffer.Capacity, engine.Segments.RoomFor(stream));
        }

        _ranges.Clear();
        _length = 0;
        return true;
    }

    public void Dispose() => _buffer.Dispose();

    /// <summary>
    /// What a part of a range adds to the room it takes, at most. Parts joined align to up to twice the sum of their lengths, hence the factor.
    /// </summary>
    public static int RoomFor(int length) => length + Math.Min(IBlockFile.BlockSize, 2 * AlignmentOf(length));

    /// <summary>Small ranges are packed, but none crosses a block it would fit in: reading it then costs one block.</summary>
    private static int Align(int at, int length)
    {
        int alignment = AlignmentOf(length);
        return (at + alignment - 1) & -alignment;
    }

    private static int AlignmentOf(int length) =>
        length >= IBlockFile.BlockSize ? IBlockFile.BlockSize : (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)length);

    private (Segment Segment, int Position)? TryAllocate()
    {
        try
        {
            return engine.Segments.TryAllocate(stream, _length);
        }
        catch (DiskFullException)
        {
            return null;
        }
    }

    private uint[] Sums(MovedRange range)
    {
        uint[] sums = new uint[ExtentLayout.UnitCount(range.Length)];
        ReadOnlySpan<byte> bytes = _buffer.Span.Slice(range.BufferOffset, range.Length);
        for (int unit = 0; unit < sums.Length; unit++)
        {
            int at = unit * ExtentLayout.UnitBytes;
            sums[unit] = Crc32C.Compute(bytes[at..Math.Min(at + ExtentLayout.UnitBytes, bytes.Length)]);
        }

        return sums;
    }

    private void SwitchOver(MovedRange range, StoredExtent moved)
    {
        // Overwritten or removed since: whatever is no longer what was gathered stays.
        if (engine.Catalog.TryByUid(range.Uid) is not { } onode || engine.Catalog.FindChunk(onode, range.Chunk) is not { } chunk)
        {
            return;
        }

        _replacements.Clear();
        int replaced = 0;
        for (int i = chunk.FirstEndingAfter(range.Offset); i < chunk.Extents.Count && chunk.Extents[i].Offset < range.End; i++)
        {
            Extent now = chunk.Extents[i];
            if (now.Offset >= range.Offset && now.End <= range.End && IsPartOfAny(now, range.Sources))
            {
                _replacements.Add(moved.Slice(now.Offset, now.End));
                replaced += now.Length;
            }
        }

        if (_replacements.Count > 1 && replaced == range.Length)
        {
            engine.Catalog.Put(onode, range.Chunk, moved); // All as gathered: the neighbours become one extent.
            return;
        }

        foreach (Extent replacement in _replacements)
        {
            engine.Catalog.Put(onode, range.Chunk, replacement);
        }
    }

    private static bool IsPartOfAny(Extent now, Extent[] sources)
    {
        foreach (Extent source in sources)
        {
            if (IsPartOf(now, source))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsPartOf(Extent now, Extent source)
    {
        if (now.Offset < source.Offset || now.End > source.End)
        {
            return false;
        }

        return (now, source) switch
        {
            (StagedExtent a, StagedExtent b) => a.Id == b.Id && a.Position - a.Offset == b.Position - b.Offset,
            (StoredExtent a, StoredExtent b) =>
                a.Slot == b.Slot && a.Position + a.Skip - a.Offset == b.Position + b.Skip - b.Offset,
            _ => false,
        };
    }

    private sealed record MovedRange(ulong Uid, uint Chunk, Extent[] Sources, int BufferOffset)
    {
        public int Offset => Sources[0].Offset;

        public int End => Sources[^1].End;

        public int Length => End - Offset;
    }
}
