using Cairn.Store.Catalog;
using Cairn.Store.Devices;
using Cairn.Store.Index;
using Cairn.Store.Layout;
using Cairn.Store.Reading;
using Cairn.Store.Segments;
using Cairn.Store.Staging;
using Cairn.Store.Transactions;
using Cairn.Store.Wal;

namespace Cairn.Store.Engine;

/// <summary>
/// What the parts of one open store share. <see cref="Gate"/> is the store's lock: it guards catalog, index, segments, staging and cache,
/// and is held for microseconds; no data I/O happens under it.
/// </summary>
internal sealed class EngineContext : IDisposable
{
    private const int StagedBytesFloor = 1 << 20;

    /// <summary>WAL files beside those of a checkpoint's interval: what is written while the next checkpoint is made.</summary>
    private const int WalFilesSpare = 3;
    private readonly TaskCompletionSource<StoreFailedException> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int _waiters;

    public EngineContext(IBlockStorage storage, Superblock superblock, StoreOptions options, Manifest manifest)
    {
        Storage = storage;
        Superblock = superblock;
        Options = options;
        Manifest = manifest;
        StagedBytesMax = Math.Min(options.StagedBytesMax, Math.Max(StagedBytesFloor, superblock.CapacityBytes / 32));
        WalBytesMax = Math.Min(options.WalBytesMax, Math.Max(superblock.CapacityBytes / 8, 4L * superblock.WalFileBytes));
        long forData = superblock.CapacityBytes - WalBytesMax - superblock.CapacityBytes / 32; // The rest is the index's.
        Segments = new SegmentTable(storage, superblock.SegmentBytes, (int)Math.Max(8, forData / superblock.SegmentBytes));
        Index = new IndexStore(storage, options.IndexMemoryBytes, manifest.Runs.Sum(static r => r.Entries), options.IndexPool);
        Catalog = new StoreCatalog(Index, Segments, Staging, options.OnodesCached);
        Applier = new TransactionApplier(Catalog);
        WalFiles = new WalFiles(storage, superblock.WalFileBytes, (int)(WalBytesMax / superblock.WalFileBytes) + WalFilesSpare);
        StagedBuffers = new StagedBuffers(StagedBytesMax);
        Buffers = new AlignedBufferPool(options.InFlightBytesMax / 4);
        ReadArrays = options.ReadArrays ?? new ReadBuffers(options.ReadBytesMax);
        Cache = new UnitCache(options.CacheBytesMax);
    }

    public object Gate { get; } = new();

    public IBlockStorage Storage { get; }

    public Superblock Superblock { get; }

    public StoreOptions Options { get; }

    /// <summary>As in the options, but no more than a 32nd of the capacity: moved at once it must not take the segments that cleaning needs.</summary>
    public long StagedBytesMax { get; }

    /// <summary>Writers will soon wait for staged data to be moved: that is worth more to them than to find the disk idle.</summary>
    public bool StagedIsNearlyFull => Staging.MemoryBytes > StagedBytesMax / 4 * 3;

    /// <summary>WAL since the last checkpoint that starts the next.</summary>
    public long WalBytesMax { get; }

    public Manifest Manifest { get; private set; }

    public SegmentTable Segments { get; }

    public StagingTable Staging { get; } = new();

    public IndexStore Index { get; }

    public StoreCatalog Catalog { get; }

    public TransactionApplier Applier { get; }

    public WalFiles WalFiles { get; }

    public UnitCache Cache { get; }

    /// <summary>For bulk data that can't be written or read where it lies, copied on its way.</summary>
    public AlignedBufferPool Buffers { get; }

    public IReadArrays ReadArrays { get; }

    public StagedBuffers StagedBuffers { get; }

    /// <summary>The sequence of the last transaction applied.</summary>
    public ulong Sequence { get; set; }

    public Task<StoreFailedException> Failed => _failed.Task;

    public bool HasFailed => _failed.Task.IsCompleted;

    /// <summary>From now on, and after a crash, this manifest counts.</summary>
    public void Publish(Manifest manifest)
    {
        manifest.Write(Storage);
        Manifest = manifest;
    }

    public void ThrowIfFailed()
    {
        if (_failed.Task.IsCompleted)
        {
            throw new StoreFailedException(_failed.Task.Result.Message, _failed.Task.Result);
        }
    }

    /// <summary>The disk failed: from now on the store refuses everything. The first reason counts.</summary>
    public StoreFailedException Fail(Exception reason)
    {
        StoreFailedException failure = reason as StoreFailedException ?? new StoreFailedException($"store failed: {reason.Message}", reason);
        _failed.TrySetResult(failure);
        lock (Gate)
        {
            Monitor.PulseAll(Gate);
        }

        return failure;
    }

    /// <summary>
    /// Announces that the caller, who holds the lock, will wait for a change. It must look once more before it waits: changes made without
    /// the lock are told only to those who announced themselves.
    /// </summary>
    public Wait BeginWait() => new(this);

    /// <summary>Call after a change that someone may wait for, without the lock.</summary>
    public void NotifyWaiters()
    {
        if (Volatile.Read(ref _waiters) > 0)
        {
            lock (Gate)
            {
                Monitor.PulseAll(Gate);
            }
        }
    }

    public void Dispose()
    {
        Index.Dispose();
        lock (Gate)
        {
            Cache.Dispose();
        }

        Segments.Dispose();
        Buffers.Dispose();
        Storage.Dispose();
    }

    /// <summary>A wait announced.</summary>
    public readonly struct Wait : IDisposable
    {
        private readonly EngineContext _engine;

        public Wait(EngineContext engine)
        {
            _engine = engine;
            Interlocked.Increment(ref engine._waiters);
        }

        public void Dispose() => Interlocked.Decrement(ref _engine._waiters);
    }
}
