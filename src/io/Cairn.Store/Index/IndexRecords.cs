using System.Numerics;
using Cairn.Store.Devices;
using FASTER.core;

namespace Cairn.Store.Index;

/// <summary>
/// The index's records, current state, larger than memory: a FasterKV whose older pages spill to a scratch file. Nothing of it
/// survives a restart: what is durable is the checkpoint's runs and the WAL behind them. One caller at a time.
/// </summary>
internal sealed unsafe class IndexRecords : IDisposable
{
    /// <summary>The largest value: a FASTER record must fit in a page.</summary>
    public const int ValueBytesMax = PageBytes - 4096;

    private const int PageBytes = 2 << 20;
    private const int SpillFileBytes = 32 << 20;
    private const int BucketsMin = 1024;

    /// <summary>A bucket has room for so many; one more goes to an overflow bucket, as large again.</summary>
    private const int RecordsPerBucket = 7;

    /// <summary>
    /// In a table of more records than memory has: full buckets in a chain take 10 bytes a record, and looking through them nothing beside a read
    /// of the disk.
    /// </summary>
    private const int RecordsPerChain = 20;

    /// <summary>What a record takes at least, with its head.</summary>
    private const int RecordBytesMin = 100;

    /// <summary>The part of the memory in which records are updated in place; from the rest they are copied to the end.</summary>
    private const double MutableFraction = 0.5;

    /// <summary>Of the log on the disk, compacted in one go: others' records should not be pushed out of memory meanwhile.</summary>
    private const long CompactedAtOnce = 4L * PageBytes;

    /// <summary>What FASTER reads the log into when it is compacted on the disk, anew each time.</summary>
    private const int FrameBytes = 2 * PageBytes;

    private const long FrameBytesLeftMax = 8 * FrameBytes;

    /// <summary>Memory of records for which the hash table has a bucket from the start: growing stops the engine, and leaves the old table in the heap.</summary>
    private const int BytesPerBucket = 512;

    /// <summary>Compacted under one hold of the engine's lock: about a thousand records.</summary>
    private const int BytesPerHold = 128 << 10;

    private readonly SpillDevice _spill;
    private readonly long _memoryBytes;
    private readonly FasterKV<IndexKey, SpanByte> _faster;
    private readonly ClientSession<IndexKey, SpanByte, SpanByte, IndexValue, Empty, IndexFunctions> _session;
    private readonly IndexValue _output = new();
    private readonly FrameGarbage _frames = new(FrameBytesLeftMax);
    private readonly long _bucketsFirst;
    private long _buckets;
    private long _compactAt;

    /// <summary>Compacting goes on to here; behind the beginning: it is not under way.</summary>
    private long _compactTo;

    /// <summary>The log when compacting began.</summary>
    private long _bytesBefore;

    public IndexRecords(IBlockStorage storage, long memoryBytes, long recordsExpected)
    {
        _spill = new SpillDevice(storage, SpillFileBytes);
        _memoryBytes = (long)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(memoryBytes, 4 * PageBytes) + 1) / 2; // As FASTER rounds it.
        long crowd = recordsExpected * RecordBytesMin > _memoryBytes ? RecordsPerChain : RecordsPerBucket;
        _bucketsFirst = _buckets = (long)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(BucketsMin, Math.Max(recordsExpected / crowd, _memoryBytes / BytesPerBucket)));
        _faster = new FasterKV<IndexKey, SpanByte>(new FasterKVSettings<IndexKey, SpanByte>
        {
            IndexSize = _buckets * 64,
            LogDevice = _spill,
            PageSize = PageBytes,
            SegmentSize = SpillFileBytes,
            MemorySize = _memoryBytes,
            MutableFraction = MutableFraction,
            EqualityComparer = new IndexKeyComparer(),
            ConcurrencyControlMode = ConcurrencyControlMode.None, // The engine's lock is the only one needed.
        });
        _session = _faster.For(new IndexFunctions()).NewSession<IndexFunctions>();
        _compactAt = _memoryBytes / 8 * 7;

        // What was changed before the log grew by so much is in memory still: it was at most the mutable part behind the end. Two pages are for
        // what is written while a checkpoint is.
        GrowthBytesMax = Math.Max(PageBytes, (long)(_memoryBytes * (1 - MutableFraction)) - 2 * PageBytes);
    }

    public long Count { get; private set; }

    /// <summary>Bytes of records in memory and on disk, current or not.</summary>
    public long LogBytes => _faster.Log.TailAddress - _faster.Log.BeginAddress;

    /// <summary>Where the next record goes: grows by its size with each record put, but for those updated in place.</summary>
    public long End => _faster.Log.TailAddress;

    /// <summary>Whether some records are on the disk only.</summary>
    public bool IsSpilled => _faster.Log.HeadAddress > _faster.Log.BeginAddress;

    /// <summary>How far the log may grow until what changed before is no longer in memory.</summary>
    public long GrowthBytesMax { get; }

    public long SpilledBytes => _spill.Bytes;

    /// <summary>The value, valid until the next call; false if there is none.</summary>
    /// <exception cref="StoreFailedException">The scratch file could not be read back, or not as it was written.</exception>
    public bool TryGet(IndexKey key, out ReadOnlySpan<byte> value)
    {
        // FASTER does not find a record that compacting moved from the disk to the log's end while it was being read: what is there is found again.
        long begin;
        bool found;
        do
        {
            begin = _faster.Log.BeginAddress;
            found = TryRead(key, out value);
        }
        while (!found && begin != _faster.Log.BeginAddress);
        return found;
    }

    private bool TryRead(IndexKey key, out ReadOnlySpan<byte> value)
    {
        SpanByte input = default;
        IndexValue output = _output;
        Status status = _session.Read(ref key, ref input, ref output);
        if (status.IsPending)
        {
            _session.CompletePendingWithOutputs(out var outputs, wait: true);
            using (outputs)
            {
                Cairn.Maps.Invariant.Require(outputs.Next());
                status = outputs.Current.Status;
                output = outputs.Current.Output;
            }

            _spill.ThrowIfFailed();
        }

        value = status.Found ? output.Span : default;
        return status.Found;
    }

    /// <param name="isNew">The caller knows that the key is not there; counts records.</param>
    public void Put(IndexKey key, ReadOnlySpan<byte> value, bool isNew)
    {
        _spill.ThrowIfFailed();
        fixed (byte* pointer = value)
        {
            SpanByte span = SpanByte.FromPointer(pointer, value.Length);
            _session.Upsert(ref key, ref span);
        }

        if (isNew)
        {
            Count++;
        }
    }

    /// <summary>Puts a record of the checkpoint, all of which are live: of a log beyond memory nothing is worth compacting until it has doubled.</summary>
    public void Load(IndexKey key, ReadOnlySpan<byte> value)
    {
        Put(key, value, isNew: true);
        if (IsSpilled)
        {
            _compactAt = LogBytes * 2;
        }
    }

    /// <summary>The key must be there.</summary>
    public void Delete(IndexKey key)
    {
        _spill.ThrowIfFailed();
        _session.Delete(ref key);
        Count--;
    }

    /// <summary>
    /// Doubles the hash table where it became crowded, as long as all records are in memory: FASTER does not read those on the disk to see in
    /// which half they belong, but enters them in both, so that the table keeps as many a bucket as it had. Call with no other call running.
    /// </summary>
    public void GrowIfCrowded()
    {
        while (!IsSpilled && Count > _buckets * RecordsPerBucket)
        {
            if (!_faster.GrowIndex())
            {
                return;
            }

            _buckets *= 2;
        }
    }

    /// <summary>
    /// Whether to compact: before the log outgrows its memory, since from then on whatever is looked up after a while comes from the disk. Most of the
    /// log is records replaced or removed since.
    /// </summary>
    public bool NeedsCompaction => _compactTo > _faster.Log.BeginAddress || LogBytes > _compactAt;

    /// <summary>
    /// Copies the live records of the oldest part to the tail, and drops that part. What is in memory is copied in small steps under the lock, what is
    /// on disk without it, some of it at a time: FASTER allows other calls meanwhile.
    /// </summary>
    /// <param name="gate">The engine's lock.</param>
    /// <param name="gone">Spares FASTER looking for what became of a record: on the disk, at the price of a read, where that is not in memory.</param>
    public void Compact(object gate, IsGone gone)
    {
        if (_compactTo <= _faster.Log.BeginAddress)
        {
            _bytesBefore = LogBytes;
            _compactTo = PageBefore(Math.Min(_faster.Log.BeginAddress + LogBytes / 2, _faster.Log.SafeReadOnlyAddress));
        }

        if (IsSpilled)
        {
            CompactTo(Math.Min(_compactTo, Math.Min(_faster.Log.HeadAddress, PageBefore(_faster.Log.BeginAddress + CompactedAtOnce))), gone);
            CollectFrames();
        }

        while (_faster.Log.BeginAddress < _compactTo && !IsSpilled)
        {
            lock (gate)
            {
                if (!IsSpilled)
                {
                    CompactTo(EndOfRecordAt(Math.Min(_compactTo, _faster.Log.BeginAddress + BytesPerHold)), gone);
                }
            }
        }

        if (_compactTo <= _faster.Log.BeginAddress)
        {
            // Little was gained: most of it is live, so wait until the log has doubled.
            _compactAt = Math.Max(_memoryBytes / 8 * 7, LogBytes > _bytesBefore / 8 * 7 ? LogBytes * 2 : 0);
        }
    }

    private static long PageBefore(long address) => address & -PageBytes;

    /// <summary>Where the record ends in which an address in memory is, or that address.</summary>
    private long EndOfRecordAt(long address)
    {
        using var records = _faster.Log.Scan(_faster.Log.BeginAddress, address, ScanBufferingMode.NoBuffering);
        while (records.GetNext(out _))
        {
        }

        return records.NextAddress;
    }

    /// <param name="until">
    /// Where a record or a page begins: if nothing before it is live, FASTER takes the log to begin there, and to hold a record there.
    /// </param>
    private void CompactTo(long until, IsGone gone)
    {
        SpillDevice.ReadsOverlap = true;
        try
        {
            _session.Compact(until, CompactionType.Lookup, new GoneRecords(gone));
        }
        finally
        {
            SpillDevice.ReadsOverlap = false;
        }

        _faster.Log.Truncate();
        _spill.ThrowIfFailed();
    }

    private void CollectFrames()
    {
        if (_frames.Add(FrameBytes, GC.CollectionCount(GC.MaxGeneration)))
        {
            // Not compacting: frames do not move, and it is the shorter pause.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: false);
        }
    }

    /// <summary>Forgets all records, for another store.</summary>
    /// <returns>False if it spilled or grew: then it is not as good as new.</returns>
    public bool TryEmpty()
    {
        if (!_spill.IsUntouched || _buckets != _bucketsFirst)
        {
            return false;
        }

        // What lies before the log's beginning is not there, and FASTER reuses the hash entries that refer to it.
        _faster.Log.ShiftBeginAddress(_faster.Log.TailAddress);
        Count = 0;
        return true;
    }

    /// <summary>Goes on as another store's index. Only when empty.</summary>
    public void MoveTo(IBlockStorage storage) => _spill.MoveTo(storage);

    public void Dispose()
    {
        _session.Dispose();
        _faster.Dispose();
        _spill.Dispose();
    }

    private readonly struct GoneRecords(IsGone gone) : ICompactionFunctions<IndexKey, SpanByte>
    {
        public bool IsDeleted(ref IndexKey key, ref SpanByte value) => gone(key, value.AsReadOnlySpan());
    }
}
