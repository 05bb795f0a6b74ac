using System.Numerics;
using Cairn.Store.Extents;

namespace Cairn.Store.Staging;

/// <summary>
/// Blobs with their arrays, by powers of two, used again and again. They live for seconds and are given back thousands at a time: as
/// new objects each would be old to the collector when it dies. Thread-safe.
/// </summary>
/// <param name="bytesMax">In use and idle, above which none is kept.</param>
internal sealed class StagedBuffers(long bytesMax)
{
    private const int SmallestLog = 6;
    private readonly Lock _lock = new();
    private readonly Stack<StagedBlob>[] _free = [.. Enumerable.Range(0, 31).Select(static _ => new Stack<StagedBlob>())];
    private long _bytes;

    /// <summary>A blob with a copy of the data, held by the caller.</summary>
    public StagedBlob Rent(StagedId id, ReadOnlySpan<byte> data)
    {
        int log = LogOf(data.Length);
        StagedBlob? blob;
        lock (_lock)
        {
            if (!_free[log].TryPop(out blob))
            {
                _bytes += 1 << log;
            }
        }

        blob ??= new StagedBlob(this, 1 << log);
        blob.Fill(id, data);
        return blob;
    }

    public void Return(StagedBlob blob)
    {
        lock (_lock)
        {
            int log = LogOf(blob.Capacity);
            _free[log].Push(blob);
            while (_bytes > bytesMax && DropIdle(log) is { } dropped)
            {
                _bytes -= dropped.Capacity;
            }
        }
    }

    // Others first: what is of no use any more must not keep out what is in use.
    private StagedBlob? DropIdle(int spared)
    {
        for (int log = SmallestLog; log < _free.Length; log++)
        {
            if (log != spared && _free[log].TryPop(out StagedBlob? other))
            {
                return other;
            }
        }

        return _free[spared].TryPop(out StagedBlob? own) ? own : null;
    }

    private static int LogOf(int length) => Math.Max(SmallestLog, BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)length)));
}
