using System.Numerics;
using System.Security.Cryptography;
using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;
using Cairn.Store.Commit;
using Cairn.Store.Devices;
using Cairn.Store.Engine;
using Cairn.Store.Layout;
using Cairn.Store.Maintenance;
using Cairn.Store.Reading;
using Cairn.Store.Transactions;

namespace Cairn.Store;

/// <summary>
/// One disk's objects, in a directory: a WAL for what was just written, segments for data, an index of it all in memory and on disk,
/// checkpointed in the background. See the project's README for the shape and the format.
/// </summary>
public sealed class ObjectStore : IObjectStore
{
    private const int SegmentBytesMin = 512 << 10;
    private const int WalFileBytesMin = 256 << 10;
    private readonly EngineContext _engine;
    private readonly CommitQueue _commits;
    private readonly MaintenanceLoop _maintenance;
    private readonly TransactionIntake _intake;
    private int _disposed;

    private ObjectStore(EngineContext engine)
    {
        _engine = engine;
        _commits = new CommitQueue(engine, () => _maintenance?.WakeIfNeeded());
        _maintenance = new MaintenanceLoop(engine, _commits);
        _intake = new TransactionIntake(engine, _commits, _maintenance.Wake);
        View = new StoreView(engine);
        _maintenance.Start(_intake);
    }

    public StoreIdentity Identity => _engine.Superblock.Identity;

    public Task<StoreFailedException> Failed => _engine.Failed;

    public StoreUsage Usage
    {
        get
        {
            lock (_engine.Gate)
            {
                return new StoreUsage(
                    _intake.SpaceLimit,
                    _engine.Segments.LiveBytes + _engine.Staging.Bytes,
                    _engine.Catalog.DataBytes,
                    _engine.Catalog.ObjectCount);
            }
        }
    }

    /// <summary>Bytes written to the disk since the store was opened, for whatever reason.</summary>
    public long BytesWritten => _commits.BytesWritten + _maintenance.BytesWritten;

    /// <summary>Memory of the data cache.</summary>
    public long CacheBytes
    {
        get
        {
            lock (_engine.Gate)
            {
                return _engine.Cache.Bytes;
            }
        }
    }

    /// <summary>Bounds the data cache anew. What is above is given back to the machine before this returns.</summary>
    public void BoundCache(long bytesMax)
    {
        lock (_engine.Gate)
        {
            _engine.Cache.BytesMax = bytesMax;
        }

        for (bool more = true; more;)
        {
            lock (_engine.Gate)
            {
                more = _engine.Cache.DropSlab();
            }
        }
    }

    /// <summary>Makes a new, empty store (mkfs): in a file of the directory, or on the options' block device, of which it takes the whole.</summary>
    /// <exception cref="StoreFormatException">The directory has a store, or the device is not empty.</exception>
    public static void Create(string directory, StoreIdentity identity, StoreOptions options)
    {
        using IBlockStorage storage = StorageLocation.Create(directory, options);
        if (options.BlockDevice is not null && storage is DeviceStorage device)
        {
            // What the index's scratch files, spare WAL files and runs being merged take is beside the capacity.
            options = options with { CapacityBytes = device.CapacityBytes / 16 * 15 };
        }

        Create(storage, identity, options);
        StorageLocation.Finish(directory);
    }

    /// <summary>Opens a store and recovers it: afterwards every transaction ever acknowledged is there, whole.</summary>
    /// <exception cref="StoreFormatException">No store, or one of another version.</exception>
    /// <exception cref="StoreInUseException">Another process has it open.</exception>
    /// <exception cref="StoreFailedException">It is damaged beyond what the WAL can heal.</exception>
    public static Task<ObjectStore> OpenAsync(string directory, StoreOptions options, CancellationToken cancellationToken) =>
        Task.Run(() => Open(StorageLocation.Open(directory), options), cancellationToken);

    public void Submit(PgId pg, StoreTransaction transaction, ICommitSink sink, ulong token, bool more = false) =>
        _intake.Submit(pg, transaction, sink, token, more);

    public void Kick() => _commits.Kick();

    public ValueTask SubmitAsync(PgId pg, StoreTransaction transaction, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        CommitWaiter waiter = CommitWaiter.Rent();
        ValueTask durable = waiter.Task;
        try
        {
            Submit(pg, transaction, waiter, 0);
        }
        catch (Exception e)
        {
            waiter.Return();
            return ValueTask.FromException(e);
        }

        return cancellationToken.CanBeCanceled ? new ValueTask(durable.AsTask().WaitAsync(cancellationToken)) : durable;
    }

    public ValueTask<StoreBuffer?> ReadAsync(PgId pg, ObjectId id, ulong offset, int length, CancellationToken cancellationToken) =>
        View.ReadAsync(pg, id, offset, length, UseOfCache.Random, cancellationToken);

    public ValueTask<StoreBuffer?> ReadStoredAsync(PgId pg, ObjectId id, ulong offset, int length, CancellationToken cancellationToken) =>
        View.ReadAsync(pg, id, offset, length, UseOfCache.None, cancellationToken);

    /// <summary>Completes when everything submitted before is in a durable checkpoint.</summary>
    public Task CheckpointAsync() => _maintenance.CheckpointAsync();

    public bool CollectionExists(PgId pg) => View.CollectionExists(pg);

    public IReadOnlyList<PgId> ListCollections() => View.ListCollections();

    public bool TryStat(PgId pg, ObjectId id, out ObjectStat stat) => View.TryStat(pg, id, out stat);

    public byte[]? GetXattr(PgId pg, ObjectId id, string name) => View.GetXattr(pg, id, name);

    public IReadOnlyList<KeyValuePair<string, byte[]>> GetXattrs(PgId pg, ObjectId id) => View.GetXattrs(pg, id);

    public byte[]? GetOmap(PgId pg, ObjectId id, string key) => View.GetOmap(pg, id, key);

    public IReadOnlyList<KeyValuePair<string, byte[]>> GetOmapRange(PgId pg, ObjectId id, string? after, int max) =>
        View.GetOmapRange(pg, id, after, max);

    public IReadOnlyList<(ObjectId Id, ObjectStat Stat)> ListObjects(PgId pg, ObjectId? after, int max) => View.ListObjects(pg, after, max);

    public byte[]? GetMeta(PgId pg, string key) => View.GetMeta(pg, key);

    public IReadOnlyList<KeyValuePair<string, byte[]>> ListMeta(PgId pg, string from, string to) => View.ListMeta(pg, from, to);

    public IReadOnlyList<KeyValuePair<Eversion, byte[]>> ListLog(PgId pg) => View.ListLog(pg);

    /// <summary>Makes everything durable, checkpoints so that the next start is quick, and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        if (!_engine.HasFailed)
        {
            try
            {
                await CheckpointAsync();
            }
            catch (StoreFailedException)
            {
                // The disk failed on the way: the next start replays the WAL.
            }
        }

        await StopAsync();
        try
        {
            if (!_engine.HasFailed)
            {
                Checkpointer.LeaveWalBehind(_engine);
            }
        }
        catch (IOException e)
        {
            _engine.Fail(e); // Nothing is lost: the next start reads more of the WAL.
        }

        _engine.Dispose();
    }

    internal static void Create(IBlockStorage storage, StoreIdentity identity, StoreOptions options)
    {
        long capacity = options.CapacityBytes;
        if (capacity < 16 << 20 && options.SegmentBytes == 0)
        {
            throw new ArgumentException($"a store of {capacity} bytes is too small: at least 16 MiB");
        }

        int segmentBytes = options.SegmentBytes > 0 ? options.SegmentBytes : PowerOfTwoWithin(capacity / 256, 1 << 20, 32 << 20);
        int walFileBytes = options.WalFileBytes > 0 ? options.WalFileBytes : PowerOfTwoWithin(capacity / 128, 1 << 20, 16 << 20);
        if (!BitOperations.IsPow2(segmentBytes) || segmentBytes < SegmentBytesMin || walFileBytes % IBlockFile.BlockSize != 0 || walFileBytes < WalFileBytesMin)
        {
            throw new ArgumentException($"segments are a power of two of at least {SegmentBytesMin} bytes, WAL files blocks of at least {WalFileBytesMin}");
        }

        ulong salt = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
        new Manifest(Checkpoint: 0, Sequence: 0, WalFile: 1, WalSequence: 1, NextRun: 1, Runs: []).Write(storage);
        foreach (string folder in (string[])["wal", "data", "index"])
        {
            storage.Open(folder + "/.keep", create: true).Dispose();
            storage.SyncDirectory(folder);
        }

        // Last: a store without it is no store.
        new Superblock(identity, salt, capacity, segmentBytes, walFileBytes).Write(storage);
    }

    internal static ObjectStore Open(IBlockStorage storage, StoreOptions options)
    {
        EngineContext engine;
        try
        {
            engine = StoreLoader.Load(storage, options, destage: true);
        }
        catch
        {
            storage.Dispose();
            throw;
        }

        return Start(engine);
    }

    internal static ObjectStore Start(EngineContext engine) => new(engine);

    internal StoreView View { get; }

    /// <summary>Completes when a stop has come so far that only commits are left to finish.</summary>
    internal Task MaintenanceEnded => _maintenance.Ended;

    /// <summary>Closes without a checkpoint, as a kill would but for the threads.</summary>
    internal async ValueTask CloseAsync()
    {
        _disposed = 1;
        await StopAsync();
        _engine.Dispose();
    }

    private async Task StopAsync()
    {
        await View.StopAsync();
        await _maintenance.DisposeAsync();
        await _commits.DisposeAsync();
    }

    private static int PowerOfTwoWithin(long value, int min, int max) =>
        (int)Math.Clamp((long)BitOperations.RoundUpToPowerOf2((ulong)value), min, max);
}
