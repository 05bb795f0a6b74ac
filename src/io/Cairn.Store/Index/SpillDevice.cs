using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Cairn.Maps;
using Cairn.Store.Devices;
using FASTER.core;

namespace Cairn.Store.Index;

/// <summary>
/// Where FASTER's older pages go: scratch files, gone at the next start, each block's CRC-32C kept in memory. FASTER itself checks
/// nothing and goes on with whatever a failed read left, so a failure is kept here and every later call of the index throws it.
/// </summary>
internal sealed unsafe class SpillDevice : StorageDeviceBase
{
    private const string Folder = "index";
    private const string Prefix = "spill.";

    [ThreadStatic]
    private static bool _readsOverlap;

    private readonly int _fileBytes;
    private readonly ConcurrentDictionary<int, (IBlockFile File, uint[] Sums)> _files = new();
    private IBlockStorage _storage;
    private Exception? _failure;

    /// <summary>The segments before it are of no use any more, and gone.</summary>
    private int _firstKept;

    public SpillDevice(IBlockStorage storage, int fileBytes)
        : base(Folder + "/" + Prefix, IBlockFile.BlockSize, -1 /* unlimited */)
    {
        _fileBytes = fileBytes;
        MoveTo(storage);
    }

    public long Bytes => (long)_files.Count * _fileBytes;

    public bool IsUntouched => _files.IsEmpty && Volatile.Read(ref _failure) is null;

    /// <summary>Spills there from now on. What another process left there is of no use.</summary>
    [MemberNotNull(nameof(_storage))]
    public void MoveTo(IBlockStorage storage)
    {
        _storage = storage;
        foreach (string name in storage.List(Folder).Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            storage.Delete(Folder + "/" + name);
        }
    }

    public void ThrowIfFailed()
    {
        if (Volatile.Read(ref _failure) is { } failure)
        {
            throw new StoreFailedException($"the index's scratch file failed: {failure.Message}", failure);
        }
    }

    public override void WriteAsync(
        IntPtr sourceAddress, int segmentId, ulong destinationAddress, uint numBytesToWrite, DeviceIOCompletionCallback callback, object context) =>
        ThreadPool.UnsafeQueueUserWorkItem(_ =>
        {
            uint error = 0;
            try
            {
                (IBlockFile file, uint[] sums) = _files.GetOrAdd(
                    segmentId, static (id, self) => (self._storage.Open(NameOf(id), create: true), new uint[self._fileBytes / IBlockFile.BlockSize]), this);
                var data = new ReadOnlySpan<byte>((void*)sourceAddress, (int)numBytesToWrite);
                for (int at = 0; at < data.Length; at += IBlockFile.BlockSize)
                {
                    sums[((long)destinationAddress + at) / IBlockFile.BlockSize] = Crc32C.Compute(data.Slice(at, IBlockFile.BlockSize));
                }

                file.Write((long)destinationAddress, data);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                Fail(e);
                error = 1;
            }

            callback(error, numBytesToWrite, context);
        }, null);

    /// <summary>Whether this thread's reads go on beside each other; otherwise each is done when it returns, the quickest for who waits for each.</summary>
    public static bool ReadsOverlap { get => _readsOverlap; set => _readsOverlap = value; }

    public override void ReadAsync(
        int segmentId, ulong sourceAddress, IntPtr destinationAddress, uint readLength, DeviceIOCompletionCallback callback, object context)
    {
        if (ReadsOverlap)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_ => Read(segmentId, sourceAddress, destinationAddress, readLength, callback, context), null);
        }
        else
        {
            Read(segmentId, sourceAddress, destinationAddress, readLength, callback, context);
        }
    }

    private void Read(
        int segmentId, ulong sourceAddress, IntPtr destinationAddress, uint readLength, DeviceIOCompletionCallback callback, object context)
    {
        uint error = 0;
        var data = new Span<byte>((void*)destinationAddress, (int)readLength);
        try
        {
            if (!_files.TryGetValue(segmentId, out var entry))
            {
                throw new IOException($"{NameOf(segmentId)} is not there");
            }

            entry.File.Read((long)sourceAddress, data);
            for (int at = 0; at < data.Length; at += IBlockFile.BlockSize)
            {
                if (Crc32C.Compute(data.Slice(at, IBlockFile.BlockSize)) != entry.Sums[((long)sourceAddress + at) / IBlockFile.BlockSize])
                {
                    throw new IOException($"{NameOf(segmentId)} at {(long)sourceAddress + at}: checksum mismatch");
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Removed since: what it held was moved before, and whoever wants it looks again.
            if (segmentId >= Volatile.Read(ref _firstKept))
            {
                Fail(e);
            }

            data.Clear(); // FASTER parses the buffer whatever the error code: zeroes are no record.
            error = 1;
        }

        callback(error, readLength, context);
    }

    public override void RemoveSegmentAsync(int segment, AsyncCallback callback, IAsyncResult result)
    {
        Volatile.Write(ref _firstKept, Math.Max(_firstKept, segment + 1));
        Remove(segment);
        callback(result);
    }

    public override void Dispose()
    {
        foreach (int segment in _files.Keys)
        {
            Remove(segment);
        }
    }

    private static string NameOf(int segment) => $"{Folder}/{Prefix}{segment}";

    private void Fail(Exception e) => Interlocked.CompareExchange(ref _failure, e, null);

    private void Remove(int segment)
    {
        if (_files.TryRemove(segment, out var entry))
        {
            entry.File.Dispose();
            _storage.Delete(NameOf(segment));
        }
    }
}
