using System.Buffers;
using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Cairn.Messaging.DataPlane;

/// <summary>
/// Recycles arrays for payloads. Small ones come from the shared array pool; from 16 KiB on they are pinned arrays of our own, whose
/// usable part begins at a page boundary. What the pool keeps idle is bounded; touching fresh memory is what makes recycling worth it.
/// </summary>
internal sealed class BufferPool
{
    public const int PageBytes = 4096;
    private const int AlignedFrom = 16 << 10;
    private const int SmallestClassLog = 14;
    private const int ClassCount = 14; // 16 KiB, 32 KiB, ... 128 MiB.

    private readonly ConcurrentStack<byte[]>[] _classes = [.. Enumerable.Range(0, ClassCount).Select(_ => new ConcurrentStack<byte[]>())];
    private long _idleBytes;

    public static BufferPool Shared { get; } = new();

    /// <summary>Bytes kept for which there is no use at the moment.</summary>
    public long IdleBytesMax { get; set; } = 128L << 20;

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

        int index = ClassOf(length);
        if (index < ClassCount && _classes[index].TryPop(out byte[]? array))
        {
            Interlocked.Add(ref _idleBytes, -array.Length);
        }
        else
        {
            int size = index < ClassCount ? 1 << (SmallestClassLog + index) : length;
            array = GC.AllocateUninitializedArray<byte>(size + PageBytes, pinned: true);
        }

        return new PooledBuffer(array, AlignedStart(array), length, budget);
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
        if (index >= ClassCount || usable != 1 << (SmallestClassLog + index))
        {
            return;
        }

        if (Interlocked.Add(ref _idleBytes, array.Length) <= IdleBytesMax)
        {
            _classes[index].Push(array);
        }
        else
        {
            Interlocked.Add(ref _idleBytes, -array.Length);
        }
    }

    private static int ClassOf(int length) => Math.Max(0, BitOperations.Log2((uint)length - 1) + 1 - SmallestClassLog);

    private static unsafe int AlignedStart(byte[] array)
    {
        // The array is pinned: its address is its own for good.
        nuint address = (nuint)System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));
        return (int)(-(nint)address & (PageBytes - 1));
    }
}
