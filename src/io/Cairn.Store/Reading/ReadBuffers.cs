using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Cairn.Store.Devices;

namespace Cairn.Store.Reading;

/// <summary>
/// Arrays that large reads are answered in, by powers of two: pinned, and used from a block's boundary on, so that the disk fills them
/// without a copy between. What is kept idle is bounded; the shared pool would keep dozens of each size. Thread-safe.
/// </summary>
internal sealed class ReadBuffers(long idleBytesMax)
{
    /// <summary>Smaller reads are copied out of whole blocks.</summary>
    public const int BytesMin = 16 << 10;

    private readonly Lock _lock = new();
    private readonly Stack<byte[]>[] _free = [.. Enumerable.Range(0, 31).Select(static _ => new Stack<byte[]>())];
    private long _idleBytes;

    /// <summary>Bytes that nobody uses.</summary>
    public long IdleBytes
    {
        get
        {
            lock (_lock)
            {
                return _idleBytes;
            }
        }
    }

    /// <returns>An array, and where in it the bytes begin.</returns>
    public (byte[] Array, int Start) Rent(int length)
    {
        int log = BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)length));
        byte[]? array;
        lock (_lock)
        {
            if (_free[log].TryPop(out array))
            {
                _idleBytes -= array.Length;
            }
        }

        array ??= GC.AllocateUninitializedArray<byte>((1 << log) + IBlockFile.BlockSize, pinned: true);
        return (array, StartOf(array));
    }

    public void Return(byte[] array)
    {
        lock (_lock)
        {
            if (_idleBytes + array.Length <= idleBytesMax)
            {
                _idleBytes += array.Length;
                _free[BitOperations.Log2((uint)(array.Length - IBlockFile.BlockSize))].Push(array);
            }
        }
    }

    private static unsafe int StartOf(byte[] array)
    {
        nuint address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));
        return (int)(-(nint)address & (IBlockFile.BlockSize - 1));
    }
}
