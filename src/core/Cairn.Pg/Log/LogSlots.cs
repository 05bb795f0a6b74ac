using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Binary;
using Cairn.Pg.Storage;

namespace Cairn.Pg;

/// <summary>
/// Remembered requests, oldest first: those whose entries were trimmed, then those of the log. An OSD remembers some hundred thousand, each for
/// seconds or minutes: as objects they would all grow old before they die, and the collector would move and mark them for nothing. So they are
/// structs, in blocks that are used again and again; the collector sees a few dozen arrays a PG.
/// </summary>
/// <remarks>
/// Found by request with a table of buckets, each with the place of its newest slot; a slot has the distance to the next older one. What was
/// forgotten at the front ends a chain by itself, since places only grow. A place that wrapped around after 2^32 requests may lead into another
/// bucket's chain, where the request is not found either.
/// </remarks>
internal sealed class LogSlots
{
    private const int FewestBuckets = 64;

    // Blocks fill and empty at the same rate, but entries are trimmed in batches.
    private const int SparesMax = 2;

    private readonly List<LogBlock> _blocks = [];
    private readonly Stack<LogBlock> _spareBlocks = [];
    private readonly Stack<byte[]> _spareRests = [];
    private uint[] _newest = new uint[FewestBuckets];

    /// <summary>Slots forgotten so far: the place of the first.</summary>
    private uint _forgotten;

    /// <summary>Slots of the first block before the first.</summary>
    private int _start;

    public int Count { get; private set; }

    public ref readonly LogSlot this[int index] => ref SlotAt(index);

    public void Clear()
    {
        _blocks.Clear();
        Array.Clear(_newest);
        _forgotten += (uint)Count;
        _start = 0;
        Count = 0;
    }

    public void Add(DupEntry dup) => Add(dup, default, 0);

    public void Add(LogEntry entry)
    {
        LogBlock block = BlockForNext();
        if (block.RestLength == 0 && _spareRests.TryPop(out byte[]? rest))
        {
            block.GiveRest(rest);
        }

        int at = block.RestLength;
        var writer = new ByteWriter(block);
        PgCodec.Write(writer, entry.Object); // First: it is looked for.
        PgCodec.Write(writer, entry.PriorVersion);
        writer.VarInt(entry.ModifiedUnixMs);
        Add(new DupEntry(entry.Version, entry.Request, entry.Status), entry.Kind, at);
    }

    public LogEntry ReadEntry(int index)
    {
        ref LogSlot slot = ref SlotAt(index);
        var reader = new ByteReader(RestOf(index));
        ObjectId id = PgCodec.ReadObjectId(ref reader);
        Eversion prior = PgCodec.ReadEversion(ref reader);
        return new LogEntry(slot.Kind, id, slot.Version, prior, slot.Request, reader.VarInt(), slot.Status);
    }

    /// <param name="encodedId">The object's bytes, as <see cref="PgCodec"/> writes them.</param>
    public bool IsOf(int index, ReadOnlySpan<byte> encodedId) => RestOf(index).StartsWith(encodedId);

    public bool TryFind(RequestId request, out DupEntry found)
    {
        if (request != default)
        {
            uint place = _newest[BucketOf(request)];
            for (uint index = place - _forgotten; index < (uint)Count;)
            {
                ref LogSlot slot = ref SlotAt((int)index);
                if (slot.Request == request)
                {
                    found = slot.ToDup();
                    return true;
                }

                if (slot.Older == 0 || slot.Older > index)
                {
                    break;
                }

                index -= slot.Older;
            }
        }

        found = default;
        return false;
    }

    public void RemoveFirst()
    {
        Count--;
        _forgotten++;
        if (++_start == LogBlock.Slots)
        {
            LogBlock block = _blocks[0];
            _blocks.RemoveAt(0);
            TakeRest(block);
            _start = 0;
            if (_spareBlocks.Count < SparesMax)
            {
                _spareBlocks.Push(block);
            }
        }
    }

    /// <summary>Takes off the newest slot, an entry's.</summary>
    public void RemoveLast()
    {
        LogSlot slot = SlotAt(Count - 1);
        if (slot.Request != default)
        {
            _newest[BucketOf(slot.Request)] = PlaceOf(Count - 1) - slot.Older;
        }

        _blocks[(_start + Count - 1) / LogBlock.Slots].RestLength = slot.At;
        Count--;
    }

    /// <summary>The entry of this slot was trimmed, as were those before it.</summary>
    public void OnTrimmed(int index)
    {
        if ((_start + index) % LogBlock.Slots == LogBlock.Slots - 1)
        {
            TakeRest(_blocks[(_start + index) / LogBlock.Slots]);
        }
    }

    private void Add(DupEntry dup, LogEntryKind kind, int at)
    {
        if (Count == _newest.Length)
        {
            Grow();
        }

        LogBlock block = BlockForNext();
        block[(_start + Count) % LogBlock.Slots] = new LogSlot(dup, kind, at, Link(dup.Request, PlaceOf(Count)));
        Count++;
    }

    /// <returns>The distance to the newest slot so far of the same bucket.</returns>
    private uint Link(RequestId request, uint place)
    {
        if (request == default)
        {
            return 0;
        }

        ref uint newest = ref _newest[BucketOf(request)];
        uint older = place - newest;
        newest = place;
        return older;
    }

    private void Grow()
    {
        _newest = new uint[_newest.Length * 2];
        for (int i = 0; i < Count; i++)
        {
            ref LogSlot slot = ref SlotAt(i);
            slot = new LogSlot(slot.ToDup(), slot.Kind, slot.At, Link(slot.Request, PlaceOf(i)));
        }
    }

    private LogBlock BlockForNext()
    {
        int number = (_start + Count) / LogBlock.Slots;
        if (number == _blocks.Count)
        {
            _blocks.Add(_spareBlocks.TryPop(out LogBlock? spare) ? spare : new LogBlock());
        }

        return _blocks[number];
    }

    private void TakeRest(LogBlock block)
    {
        if (block.TakeRest() is { Length: > 0 } rest && _spareRests.Count < SparesMax)
        {
            _spareRests.Push(rest);
        }
    }

    private uint PlaceOf(int index) => _forgotten + (uint)index;

    private ref LogSlot SlotAt(int index)
    {
        Invariant.Require((uint)index < (uint)Count, "the log has such an entry");
        return ref _blocks[(_start + index) / LogBlock.Slots][(_start + index) % LogBlock.Slots];
    }

    private ReadOnlySpan<byte> RestOf(int index) => _blocks[(_start + index) / LogBlock.Slots].RestFrom(SlotAt(index).At);

    // Sequence numbers of one client differ in their low bits, those of clients everywhere.
    private int BucketOf(RequestId request) =>
        (int)(((request.Client ^ request.Sequence) * 0x9E3779B97F4A7C15) >> 32) & (_newest.Length - 1);
}
