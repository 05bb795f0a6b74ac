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

    /// <summary>Memory of records for which the hash table has a bucket from the start: growing stops the engine, and leaves the old table in the heap.</summary>
    private const int BytesPerBucket = 512;

    /// <summary>Compacted under one hold of the engine's lock: about a thousand records.</summary>
    private const int BytesPerHold = 128 << 10;

    private readonly SpillDevice _spill;
    private readonly long _memoryBytes;
    private readonly FasterKV<IndexKey, SpanByte> _faster;
    private readonly ClientSession<IndexKey, SpanByte, SpanByte, IndexValue, Empty, IndexFunctions> _session;
    private readonly IndexValue _output = new();
    private readonly long _bucketsFirst;
    private long _buckets;
    private long _compactAt;

    public IndexRecords(IBlockStorage storage, long memoryBytes, long recordsExpected)
    {
        _spill = new SpillDevice(storage, SpillFileBytes);
        _memoryBytes = (long)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(memoryBytes, 4 * PageBytes) + 1) / 2; // As FASTER rounds it.
        _bucketsFirst = _buckets = (long)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(BucketsMin, Math.Max(recordsExpected / 5, _memoryBytes / BytesPerBucket)));
        _faster = new FasterKV<IndexKey, SpanByte>(new FasterKVSettings<IndexKey, SpanByte>
        {
            IndexSize = _buckets * 64,
            LogDevice = _spill,
            PageSize = PageBytes,
            SegmentSize = SpillFileBytes,
            MemorySize = _memoryBytes,
            MutableFraction = 0.5, // Half may be read-only: what is updated again from there is copied to the tail.
            EqualityComparer = new IndexKeyComparer(),
            ConcurrencyControlMode = ConcurrencyControlMode.None, // The engine's lock is the only one needed.
        });
        _session = _faster.For(new IndexFunctions()).NewSession<IndexFunctions>();
        _compactAt = _memoryBytes / 8 * 7;
    }

    public long Count { get; private set; }

    /// <summary>Bytes of records in memory and on disk, current or not.</summary>
    public long LogBytes => _faster.Log.TailAddress - _faster.Log.BeginAddress;

    public long SpilledBytes => _spill.Bytes;

    /// <summary>The value, valid until the next call; false if there is none.</summary>
    /// <exception cref="StoreFailedException">The scratch file could not be read back, or not as it was written.</exception>
    public bool TryGet(IndexKey key, out ReadOnlySpan<byte> value)
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

    /// <summary>The key must be there.</summary>
    public void Delete(IndexKey key)
    {
        _spill.ThrowIfFailed();
        _session.Delete(ref key);
        Count--;
    }

    /// <summary>Doubles the hash table where it became crowded. Call with no other call running.</summary>
    public void GrowIfCrowded()
    {
        while (Count > _buckets * 7)
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
    public bool NeedsCompaction => LogBytes > _compactAt;

    /// <summary>
    /// Copies the live records of the oldest part to the tail, and drops that part. What is in memory is copied in small steps under the lock, what is
    /// on disk without it: FASTER allows other calls meanwhile.
    /// </summary>
    /// <param name="gate">The engine's lock.</param>
    public void Compact(object gate)
    {
        long before = LogBytes;
        long until = Math.Min(_faster.Log.BeginAddress + before / 2, _faster.Log.SafeReadOnlyAddress);
        while (_faster.Log.BeginAddress < until)
        {
            if (_faster.Log.BeginAddress < _faster.Log.HeadAddress)
            {
                CompactTo(Math.Min(until, _faster.Log.HeadAddress));
                continue;
            }

            lock (gate)
            {
                CompactTo(Math.Min(until, _faster.Log.BeginAddress + BytesPerHold));
            }
        }

        // Little was gained: most of it is live, so wait until the log has doubled.
        _compactAt = Math.Max(_memoryBytes / 8 * 7, LogBytes > before / 8 * 7 ? LogBytes * 2 : 0);
    }

    private void CompactTo(long until)
    {
        _session.Compact(until, CompactionType.Lookup);
        _faster.Log.Truncate();
        _spill.ThrowIfFailed();
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
}
