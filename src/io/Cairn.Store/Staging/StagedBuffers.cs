using System.Numerics;

namespace Cairn.Store.Staging;

/// <summary>
/// Arrays for staged data, by powers of two. They live for seconds and are given back thousands at a time, which the shared pool answers by
/// dropping them: the collector would then copy every byte written. Thread-safe.
/// </summary>
internal sealed class StagedBuffers(long bytesMax)
{
    private const int SmallestLog = 6;
    private readonly Lock _lock = new();
    private readonly Stack<byte[]>[] _free = [.. Enumerable.Range(0, 31).Select(static _ => new Stack<byte[]>())];
    private long _kept;

    public byte[] Rent(int length)
    {
        int log = LogOf(length);
        lock (_lock)
        {
            if (_free[log].TryPop(out byte[]? array))
            {
                _kept -= array.Length;
                return array;
            }
        }

        return GC.AllocateUninitializedArray<byte>(1 << log);
    }

    public void Return(byte[] array)
    {
        lock (_lock)
        {
            if (_kept + array.Length <= bytesMax)
            {
                _kept += array.Length;
                _free[LogOf(array.Length)].Push(array);
            }
        }
    }

    private static int LogOf(int length) => Math.Max(SmallestLog, BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)length)));
}
