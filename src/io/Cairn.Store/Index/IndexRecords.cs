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

    private readonly SpillDevice _spill;
    private readonly FasterKV<IndexKey, SpanByte> _faster;
    private readonly ClientSession<IndexKey, SpanByte, SpanByte, IndexValue, Empty, IndexFunctions> _session;
    private readonly IndexValue _output = new();
    private long _buckets;
    private long _compactAt;

    public IndexRecords(IBlockStorage storage, long memoryBytes, long recordsExpected)
    {
        _spill = new SpillDevice(storage, SpillFileBytes);
        _buckets = Math.Max(BucketsMin, (long)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)recordsExpected / 5));
        _faster = new FasterKV<IndexKey, SpanByte>(new FasterKVSettings<IndexKey, SpanByte>
        {
            IndexSize = _buckets * 64,
            LogDevice = _spill,
            PageSize = PageBytes,
            SegmentSize = SpillFileBytes,
            MemorySize = Math.Max(memoryBytes, 4 * PageBytes),
            MutableFraction = 0.5, // Half may be read-only: what is updated again from there is copied to the tail.
            EqualityComparer = new IndexKeyComparer(),
            ConcurrencyControlMode = ConcurrencyControlMode.None, // The engine's lock is the only one needed.
        });
        _session = _faster.For(new IndexFunctions()).NewSession<IndexFunctions>();
        _compactAt = 4 * Math.Max(memoryBytes, 4 * PageBytes);
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

    /// <summary>Whether most of the log is records replaced since. Compacting then is due.</summary>
    public bool NeedsCompaction => LogBytes > _compactAt;

    /// <summary>Copies the live records of the oldest part to the tail, and drops that part. Safe beside other calls.</summary>
    public void Compact()
    {
        long live = LogBytes;
        long until = Math.Min(_faster.Log.BeginAddress + LogBytes / 2, _faster.Log.SafeReadOnlyAddress);
        _session.Compact(until, CompactionType.Lookup);
        _faster.Log.Truncate();
        _spill.ThrowIfFailed();
        // Little was gained: most of it is live, so wait until the log has doubled.
        _compactAt = Math.Max(_compactAt, LogBytes > live * 3 / 4 ? LogBytes * 2 : 0);
    }

    /// <summary>Forgets all records, for another store.</summary>
    /// <returns>False if it spilled or grew: then it is not as good as new.</returns>
    public bool TryEmpty()
    {
        if (!_spill.IsUntouched || _buckets != BucketsMin)
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
