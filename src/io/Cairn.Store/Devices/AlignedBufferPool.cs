using System.Numerics;

namespace Cairn.Store.Devices;

/// <summary>Keeps aligned buffers for reuse, by powers of two: touching fresh memory costs more than the copy into it.</summary>
internal sealed class AlignedBufferPool(long bytesMax) : IDisposable
{
    private readonly Stack<AlignedBuffer>[] _free = [.. Enumerable.Range(0, 32).Select(_ => new Stack<AlignedBuffer>())];
    private long _kept;

    public AlignedBuffer Rent(int length)
    {
        int capacity = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(length, IBlockFile.BlockSize));
        lock (_free)
        {
            if (_free[BitOperations.Log2((uint)capacity)].TryPop(out AlignedBuffer? buffer))
            {
                _kept -= capacity;
                return buffer;
            }
        }

        return new AlignedBuffer(capacity);
    }

    public void Return(AlignedBuffer buffer)
    {
        lock (_free)
        {
            if (_kept + buffer.Capacity <= bytesMax)
            {
                _kept += buffer.Capacity;
                _free[BitOperations.Log2((uint)buffer.Capacity)].Push(buffer);
                return;
            }
        }

        buffer.Dispose();
    }

    public void Dispose()
    {
        foreach (Stack<AlignedBuffer> stack in _free)
        {
            while (stack.TryPop(out AlignedBuffer? buffer))
            {
                buffer.Dispose();
            }
        }
    }
}
