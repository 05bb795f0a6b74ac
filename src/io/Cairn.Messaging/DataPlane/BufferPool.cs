using System.Buffers;
using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Cairn.Messaging.DataPlane;

/// <summary>
/// Recycles arrays for payloads. Small ones come from the shared array pool; from 16 KiB on they are pinned arrays of our own, whose
/// usable part begins at a page boundary. Touching fresh memory is what makes recycling worth it; idle arrays go to the collector while
/// those in use and idle exceed a bound.
/// </summary>
internal sealed class BufferPool
{
    public const int PageBytes = 4096;
    private const int AlignedFrom = 16 << 10;

    /// <summary>
    /// What each class takes above its power of two: objects are powers of two, and a replica gets a few hundred bytes with the object's data.
    /// </summary>
    private const int SlackBytes = 4096;
    private const int SmallestClassLog = 14;
    private const int ClassCount = 14; // 16 KiB, 32 KiB, ... 128 MiB.

    private readonly ConcurrentStack<byte[]>[] _classes = [.. Enumerable.Range(0, ClassCount).Select(_ => new ConcurrentStack<byte[]>())];
    private long _bytes;

    public static BufferPool Shared { get; } = new();

    /// <summary>Bytes in use and idle above which idle ones are not kept.</summary>
    public long BytesMax { get; set; } = 128L << 20;

    public PooledBuffer Rent(int length, ReceiveBudget? budget)
    {
        if (length == 0 && budget is null)
        {
            return PooledBuffer.Empty;
        }

        if (length < AlignedFrom)
        {
            return new PooledBuffer(ArrayPool<byte>.Shared.Rent(Math.Max(length, 1)), 0, length, budget);
        }

        (byte[] large, int start) = RentArray(length);
        return new PooledBuffer(large, start, length, budget);
    }

    /// <returns>A pinned array with at least that many bytes and a page more from a page's boundary on, and where that is.</returns>
    public (byte[] Array, int Start) RentArray(int length)
    {
        int index = ClassOf(length);
        if (index >= ClassCount || !_classes[index].TryPop(out byte[]? array))
        {
            int size = index < ClassCount ? BytesOf(index) : length + SlackBytes;
            array = GC.AllocateUninitializedArray<byte>(size + PageBytes, pinned: true);
            if (size >= HugePages.BytesMin)
            {
                HugePages.WishFor(array);
            }

            Interlocked.Add(ref _bytes, array.Length);
        }

        return (array, AlignedStart(array));
    }

    /// <summary>It is left to the collector: it does not count any more.</summary>
    public void Forget(byte[] array)
    {
        if (array.Length >= AlignedFrom + PageBytes)
        {
            Interlocked.Add(ref _bytes, -array.Length);
        }
    }

    public void Return(byte[] array)
    {
        if (array.Length < AlignedFrom + PageBytes)
        {
            ArrayPool<byte>.Shared.Return(array);
            return;
        }

        int usable = array.Length - PageBytes;
        int index = ClassOf(usable);
        if (index >= ClassCount || usable != BytesOf(index))
        {
            Interlocked.Add(ref _bytes, -array.Length);
            return;
        }

        _classes[index].Push(array);
        while (Interlocked.Read(ref _bytes) > BytesMax && DropIdle(index) is { } dropped)
        {
            Interlocked.Add(ref _bytes, -dropped.Length);
        }
    }

    // Others first: what is of no use any more must not keep out what is in use.
    private byte[]? DropIdle(int spared)
    {
        for (int index = ClassCount - 1; index >= 0; index--)
        {
            if (index != spared && _classes[index].TryPop(out byte[]? other))
            {
                return other;
            }
        }

        return _classes[spared].TryPop(out byte[]? own) ? own : null;
    }

    private static int ClassOf(int length) =>
        length - SlackBytes <= AlignedFrom ? 0 : BitOperations.Log2((uint)(length - SlackBytes) - 1) + 1 - SmallestClassLog;

    private static int BytesOf(int index) => (1 << (SmallestClassLog + index)) + SlackBytes;

    private static unsafe int AlignedStart(byte[] array)
    {
        // The array is pinned: its address is its own for good.
        nuint address = (nuint)System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));
        return (int)(-(nint)address & (PageBytes - 1));
    }
}
