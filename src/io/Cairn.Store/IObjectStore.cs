using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;

namespace Cairn.Store;

/// <summary>One disk's objects. Thread-safe; the transactions of one PG come from one thread at a time.</summary>
public interface IObjectStore : IObjectCatalog, IAsyncDisposable
{
    /// <summary>Smaller writes are copied when they are submitted, larger ones may be written from where they lie.</summary>
    const int LentBytesMin = 16 << 10;

    /// <summary>The cluster and OSD this store belongs to, as written by mkfs.</summary>
    StoreIdentity Identity { get; }

    /// <summary>
    /// Applies a transaction whole or not at all. When this returns, every read sees it; <paramref name="sink"/> is told when it is
    /// on stable media. Transactions of one PG become durable in the order submitted.
    /// </summary>
    /// <param name="transaction">Data of writes of at least <see cref="LentBytesMin"/> is lent: leave it alone until the sink is told.</param>
    /// <exception cref="StoreFullException">Free space is under the reserve and the transaction is not one that frees space. Nothing was changed.</exception>
    /// <exception cref="StoreFailedException">The disk failed before; the store refuses all further work.</exception>
    /// <param name="more">The caller has more to submit at once and then calls <see cref="Kick"/>: the disk is not set going for this one alone.</param>
    void Submit(PgId pg, StoreTransaction transaction, ICommitSink sink, ulong token, bool more = false);

    /// <summary>What was submitted with more to come is to become durable now.</summary>
    void Kick();

    /// <summary>As <see cref="Submit"/>; completes when durable. Cancelling ends the wait, not the write, and not the loan of its data.</summary>
    ValueTask SubmitAsync(PgId pg, StoreTransaction transaction, CancellationToken cancellationToken);

    /// <summary>Reads data with every block's checksum verified. Reads fewer bytes at the end of the object.</summary>
    /// <returns>A buffer given to the caller, or null if the object is not there.</returns>
    /// <exception cref="ObjectCorruptException">A block does not match its checksum, or the disk could not read it.</exception>
    ValueTask<StoreBuffer?> ReadAsync(PgId pg, ObjectId id, ulong offset, int length, CancellationToken cancellationToken);

    /// <summary>As <see cref="ReadAsync"/>, to check what is on the disk: neither from the cache, which would hide what the disk has lost, nor into it.</summary>
    ValueTask<StoreBuffer?> ReadStoredAsync(PgId pg, ObjectId id, ulong offset, int length, CancellationToken cancellationToken);

    StoreUsage Usage { get; }

    /// <summary>Completes, with the reason, when the disk failed and the daemon must stop.</summary>
    Task<StoreFailedException> Failed { get; }
}

/// <summary>Told of durable transactions, from the store's commit thread: must return at once.</summary>
public interface ICommitSink
{
    void Committed(PgId pg, ulong token);
}

public sealed record StoreIdentity(Guid Fsid, Guid OsdUuid, int OsdId);

/// <param name="TotalBytes">Space the store may use.</param>
/// <param name="UsedBytes">Live data, WAL and index. What is overwritten and not cleaned yet does not count: the cleaner gives it back when it is needed.</param>
/// <param name="DataBytes">Object data as its readers count it: holes do not, clones do.</param>
public readonly record struct StoreUsage(long TotalBytes, long UsedBytes, long DataBytes, long ObjectCount)
{
    public double UsedRatio => TotalBytes == 0 ? 1 : (double)UsedBytes / TotalBytes;
}

/// <summary>Bytes in a pooled array. Given: whoever receives it disposes or abandons it, once.</summary>
public sealed class StoreBuffer(byte[] array, int start, int length, Action<byte[]> release, Action<byte[]>? forget = null) : IDisposable
{
    private Action<byte[]>? _release = release;
    private SummedMemory? _summed;

    /// <summary>It knows the checksums of its blocks (<see cref="SummedMemory"/>) if all came from the disk as they were written.</summary>
    public ReadOnlyMemory<byte> Memory => _summed?.Memory ?? array.AsMemory(start, length);

    internal void KnowSums(uint[] sums) => _summed = new SummedMemory(array, start, length, sums);

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke(array);

    /// <summary>Nobody can tell when the bytes are of no use any more: the array is left to the garbage collector.</summary>
    public void Abandon()
    {
        if (Interlocked.Exchange(ref _release, null) is not null)
        {
            forget?.Invoke(array);
        }
    }
}

/// <summary>No room left; removing still works.</summary>
public sealed class StoreFullException(string message) : IOException(message);

/// <summary>The disk failed a write or the files are damaged beyond what the WAL can heal. The daemon must stop.</summary>
public sealed class StoreFailedException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>The bytes on disk are not those that were written.</summary>
public sealed class ObjectCorruptException(string message, Exception? inner = null) : IOException(message, inner);
