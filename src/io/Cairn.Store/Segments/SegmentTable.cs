using System.Globalization;
using Cairn.Maps;
using Cairn.Store.Devices;
using Cairn.Store.Extents;

namespace Cairn.Store.Segments;

/// <summary>The data area: slots of equal size, which are free, how much of each is live. Under the store's lock.</summary>
internal sealed class SegmentTable(IBlockStorage storage, int segmentBytes, int slotCount) : IDisposable
{
    private const string Folder = "data";

    private const int SlotsForCleaningMax = 8;

    /// <summary>Dead segments that are worth a checkpoint of their own: at 32 MiB each as many bytes as the WAL has between two.</summary>
    private const int DeadWorthCheckpoint = 8;

    private readonly List<Segment> _segments = [];
    private readonly SortedSet<int> _free = [];
    private readonly Segment?[] _open = new Segment?[3];
    private int _slotsAvailable = slotCount;

    /// <summary>Segments that nothing refers to any more, since the last checkpoint began.</summary>
    private int _died;

    public int SegmentBytes => segmentBytes;

    /// <summary>
    /// Slots only the cleaner may take. With one it would empty a segment at a time, with a checkpoint behind each: the index was then an eighth
    /// of what is written.
    /// </summary>
    public int SlotsForCleaning => Math.Clamp(_slotsAvailable / 16, 1, SlotsForCleaningMax);

    /// <summary>Slots there can be; fewer than planned once the file system below is full.</summary>
    public int SlotCount => _slotsAvailable;

    public long LiveBytes { get; private set; }

    public int FreeSlots => _free.Count + _slotsAvailable - _segments.Count;

    /// <summary>What can still be appended, by whatever stream.</summary>
    public long FreeBytes => (long)FreeSlots * segmentBytes + _open.Sum(open => open is null ? 0L : segmentBytes - open.End);

    public IReadOnlyList<Segment> All => _segments;

    /// <summary>Sum of what dead and sealed segments would give back.</summary>
    public long GarbageBytes => ((long)_slotsAvailable - FreeSlots) * segmentBytes - LiveBytes;

    public Segment this[int slot]
    {
        get
        {
            while (_segments.Count <= slot)
            {
                _free.Add(_segments.Count);
                _segments.Add(new Segment(_segments.Count));
            }

            return _segments[slot];
        }
    }

    /// <summary>Reserves a range for an append. Null if no slot is free for this stream.</summary>
    /// <exception cref="DiskFullException">A new segment file could not be allocated; the table has shrunk to what there is.</exception>
    public (Segment Segment, int Position)? TryAllocate(AppendStream stream, int bytes)
    {
        Invariant.Require(bytes <= segmentBytes);
        Segment? open = _open[(int)stream];
        if (open is not null && open.End + bytes > segmentBytes)
        {
            Seal(open);
            _open[(int)stream] = open = null;
        }

        if (open is null)
        {
            open = TryOpen(stream);
            if (open is null)
            {
                return null;
            }

            _open[(int)stream] = open;
        }

        int position = open.End;
        open.End += AlignedBuffer.RoundUp(bytes);
        return (open, position);
    }

    /// <summary>Bytes that the next append of this stream may have without leaving the end of a segment unused.</summary>
    public int RoomFor(AppendStream stream) =>
        _open[(int)stream] is { } open && open.End < segmentBytes ? segmentBytes - open.End : segmentBytes;

    /// <summary>Counts an extent in (+1) or out (-1).</summary>
    public void Account(StoredExtent extent, int sign)
    {
        Segment segment = this[extent.Slot];
        segment.LiveBytes += sign * extent.StoredLength;
        LiveBytes += sign * extent.StoredLength;
        _died += segment is { State: SegmentState.Sealed, LiveBytes: 0 } && sign < 0 ? 1 : 0;
        Invariant.Require(segment.LiveBytes >= 0, "a segment cannot have less than nothing live");
    }

    /// <summary>At start: what the index and the WAL refer to is in use, the rest is free.</summary>
    public void SealAllInUse()
    {
        foreach (Segment segment in _segments)
        {
            if (segment.LiveBytes > 0 && segment.State == SegmentState.Free)
            {
                _free.Remove(segment.Slot);
                segment.State = SegmentState.Sealed;
                segment.End = segmentBytes;
            }
        }
    }

    /// <summary>Keeps a slot from being written until the next checkpoint: a transaction of the WAL names it.</summary>
    public void KeepForReplay(int slot)
    {
        Segment segment = this[slot];
        if (segment.State == SegmentState.Free)
        {
            _free.Remove(slot);
            segment.State = SegmentState.Sealed;
            segment.End = segmentBytes;
        }
    }

    /// <summary>Finds segments nothing refers to; they are free once a checkpoint that begins after now is durable.</summary>
    public void MarkDead(ulong checkpoint)
    {
        _died = 0;
        foreach (Segment segment in _segments)
        {
            if (segment is { State: SegmentState.Sealed, LiveBytes: 0, Pending.Count: 0 })
            {
                segment.State = SegmentState.Dead;
                segment.DiedIn = checkpoint;
            }
        }
    }

    public int DeadCount => _segments.Count(s => s.State == SegmentState.Dead || s is { State: SegmentState.Sealed, LiveBytes: 0 });

    /// <summary>A checkpoint is durable: segments dead before it began may be written anew.</summary>
    public void FreeDead(ulong checkpoint)
    {
        foreach (Segment segment in _segments)
        {
            if (segment is { State: SegmentState.Dead, Pins: 0 } && segment.DiedIn <= checkpoint)
            {
                segment.State = SegmentState.Free;
                segment.End = 0;
                segment.Generation++;
                _free.Add(segment.Slot);
            }
        }
    }

    /// <summary>
    /// A checkpoint would give segments back that exist already, when few are left: whoever writes large objects over and over gets
    /// along with these, where the store would grow otherwise.
    /// </summary>
    public bool WantsCheckpoint => _died >= DeadWorthCheckpoint && _free.Count < DeadWorthCheckpoint / 2;

    public bool WantsPreparing => _free.Count == 0 && FreeSlots > SlotsForCleaning + 1 && (_open[0] ?? _open[1] ?? _open[2]) is not null;

    /// <summary>
    /// Takes out a slot whose file is to be made ready ahead of need, once the store holds data and no used file is free. The caller writes
    /// the file over, without the lock, and gives the slot back.
    /// </summary>
    public Segment? TakeForPreparing()
    {
        if (!WantsPreparing)
        {
            return null;
        }

        Segment segment = this[_segments.Count];
        _free.Remove(segment.Slot);
        return segment;
    }

    /// <summary>Makes the file of a slot taken out. It is not written over: that would double what the disk has to take of large data, to make syncs cheaper.</summary>
    public IBlockFile PrepareFile(Segment segment)
    {
        IBlockFile file = storage.Open(NameOf(segment.Slot), create: true);
        file.Allocate(0, segmentBytes);
        file.Sync();
        storage.SyncDirectory(Folder);
        return file;
    }

    /// <param name="file">Null: there was no space; the store takes what it has.</param>
    public void GiveBack(Segment segment, IBlockFile? file)
    {
        if (file is null)
        {
            _slotsAvailable = Math.Min(_slotsAvailable, _segments.Count - 1);
            return;
        }

        segment.File = file;
        _free.Add(segment.Slot);
    }

    /// <summary>Opens the file for reading.</summary>
    public IBlockFile FileOf(int slot)
    {
        Segment segment = this[slot];
        return segment.File ??= storage.Open(NameOf(slot), create: false);
    }

    public void Dispose()
    {
        foreach (Segment segment in _segments)
        {
            segment.File?.Dispose();
        }
    }

    public static string NameOf(int slot) => string.Create(CultureInfo.InvariantCulture, $"{Folder}/{slot:d6}");

    private void Seal(Segment segment)
    {
        segment.State = SegmentState.Sealed;
        _died += segment.LiveBytes == 0 ? 1 : 0;
    }

    private Segment? TryOpen(AppendStream stream)
    {
        // One more than the cleaner's is kept for destaging: it and cleaning are what makes room.
        int reserved = stream switch { AppendStream.Bulk => SlotsForCleaning + 1, AppendStream.Destage => SlotsForCleaning, _ => 0 };
        if (FreeSlots <= reserved)
        {
            return null;
        }

        // The lowest number first: a store that holds little stays small on disk.
        Segment segment = this[_free.Count > 0 ? _free.Min : _segments.Count];
        if (segment.File is null)
        {
            segment.File = OpenFile(segment);
        }

        _free.Remove(segment.Slot);
        segment.State = SegmentState.Open;
        segment.End = 0;
        return segment;
    }

    private IBlockFile OpenFile(Segment segment)
    {
        IBlockFile file = storage.Open(NameOf(segment.Slot), create: true);
        try
        {
            if (file.Length < segmentBytes)
            {
                file.Allocate(0, segmentBytes);
                storage.SyncDirectory(Folder);
            }

            return file;
        }
        catch (DiskFullException)
        {
            file.Dispose();
            // What exists already is all there will be.
            _slotsAvailable = Math.Min(_slotsAvailable, segment.Slot);
            _free.Remove(segment.Slot);
            if (segment.Slot == _segments.Count - 1)
            {
                _segments.RemoveAt(segment.Slot);
            }

            throw;
        }
    }
}
