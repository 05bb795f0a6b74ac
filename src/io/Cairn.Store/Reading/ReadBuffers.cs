using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Cairn.Store.Devices;

namespace Cairn.Store.Reading;

/// <summary>
/// Arrays that large reads are answered in, by powers of two: pinned, and used from a block's boundary on, so that the disk fills them
/// without a copy between. Idle ones go to the collector while those in use and idle exceed the bound: the shared pool would keep dozens of
/// each size. Thread-safe.
/// </summary>
internal sealed class ReadBuffers(long bytesMax) : IReadArrays
{
    /// <summary>Smaller reads are copied out of whole blocks.</summary>
    public const int BytesMin = 16 << 10;

    private readonly Lock _lock = new();
    private readonly Stack<byte[]>[] _free = [.. Enumerable.Range(0, 31).Select(static _ => new Stack<byte[]>())];
    private long _bytes;

    /// <summary>Bytes in use and idle.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _bytes;
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
            if (!_free[log].TryPop(out array))
            {
                _bytes += (1 << log) + IBlockFile.BlockSize;
            }
        }

        array ??= GC.AllocateUninitializedArray<byte>((1 << log) + IBlockFile.BlockSize, pinned: true);
        return (array, StartOf(array));
    }

    public void Return(byte[] array)
    {
        lock (_lock)
        {
            int log = BitOperations.Log2((uint)(array.Length - IBlockFile.BlockSize));
            _free[log].Push(array);
            while (_bytes > bytesMax && DropIdle(log) is { } dropped)
            {
                _bytes -= dropped.Length;
            }
        }
    }

    public void Forget(byte[] array)
    {
        lock (_lock)
        {
            _bytes -= array.Length;
        }
    }

    // Others first: what is of no use any more must not keep out what is in use.
    private byte[]? DropIdle(int spared)
    {
        for (int log = _free.Length - 1; log >= 0; log--)
        {
            if (log != spared && _free[log].TryPop(out byte[]? other))
            {
                return other;
            }
        }

        return _free[spared].TryPop(out byte[]? own) ? own : null;
    }

    private static unsafe int StartOf(byte[] array)
    {
        nuint address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));
        return (int)(-(nint)address & (IBlockFile.BlockSize - 1));
    }
}
