using Cairn.Maps;
using Cairn.Objects;

namespace Cairn.Messaging.DataPlane;

/// <summary>
/// Received bytes in a recycled array. Counted: it comes with one reference, each <see cref="Retain"/> adds one, each
/// <see cref="Dispose"/> gives one back; with the last one the array is used for other bytes.
/// </summary>
/// <remarks>From 16 KiB on the bytes begin at a page boundary, so that a store can write them with O_DIRECT.</remarks>
public sealed class PooledBuffer : IDisposable
{
    private readonly byte[] _array;
    private readonly int _start;
    private readonly ReceiveBudget? _budget;
    private SummedMemory? _summed;
    private int _references = 1;

    internal PooledBuffer(byte[] array, int start, int length, ReceiveBudget? budget)
    {
        _array = array;
        _start = start;
        Length = length;
        _budget = budget;
    }

    /// <summary>No bytes; retaining and disposing it does nothing.</summary>
    public static PooledBuffer Empty { get; } = new([], 0, 0, null);

    /// <summary>Bytes of this process's large buffers, in use and idle, above which idle ones are not kept.</summary>
    public static long PooledBytesMax
    {
        get => BufferPool.Shared.BytesMax;
        set => BufferPool.Shared.BytesMax = value;
    }

    /// <summary>Called when this process's large buffers have grown by some MiB. It must not wait.</summary>
    public static Action? Grew
    {
        get => BufferPool.Shared.Grew;
        set => BufferPool.Shared.Grew = value;
    }

    public int Length { get; }

    public ReadOnlyMemory<byte> Memory => _summed?.Memory ?? new ReadOnlyMemory<byte>(_array, _start, Length);

    /// <summary>Gives the machine the memory of the large buffers that nobody used since the last call.</summary>
    public static void GiveBackIdle() => BufferPool.Shared.GiveBackIdle();

    internal Memory<byte> Writable => new(_array, _start, Length);

    /// <summary>A copy of these bytes, once the budget has room for it.</summary>
    public static async ValueTask<PooledBuffer> CopyAsync(ReadOnlyMemory<byte> bytes, ReceiveBudget budget, CancellationToken cancellationToken)
    {
        await budget.AcquireAsync(bytes.Length, cancellationToken).ConfigureAwait(false);
        PooledBuffer copy = BufferPool.Shared.Rent(bytes.Length, budget);
        bytes.CopyTo(copy.Writable);
        return copy;
    }

    /// <summary>From now on its memory knows these sums of its blocks.</summary>
    internal void KnowSums(uint[] sums) => _summed = new SummedMemory(_array, _start, Length, sums);

    /// <summary>Adds a reference, for one more owner that will dispose it.</summary>
    public PooledBuffer Retain()
    {
        if (_array.Length > 0 || _budget is not null)
        {
            int references = Interlocked.Increment(ref _references);
            Invariant.Require(references > 1, "a buffer was retained after its last owner disposed it");
        }

        return this;
    }

    /// <summary>Nobody can tell when the bytes are of no use any more: the array is left to the garbage collector, and counts no longer.</summary>
    public void Abandon()
    {
        BufferPool.Shared.Forget(_array);
        _budget?.Release(Length);
    }

    public void Dispose()
    {
        if (_array.Length == 0 && _budget is null)
        {
            return;
        }

        int references = Interlocked.Decrement(ref _references);
        Invariant.Require(references >= 0, "a buffer was disposed more often than retained");
        if (references == 0)
        {
            BufferPool.Shared.Return(_array);
            _budget?.Release(Length);
        }
    }
}
