namespace Cairn.Messaging.DataPlane;

/// <summary>
/// Bounds what a daemon holds of received requests, in bytes and in number. A receive loop that finds it used up waits, and so, through
/// TCP, does the sender. Each <see cref="PooledBuffer"/> gives its part back when its last owner disposes it.
/// </summary>
public sealed class ReceiveBudget(long bytesMax, int countMax)
{
    private readonly Lock _lock = new();
    private readonly Queue<(TaskCompletionSource Waiter, int Bytes)> _waiters = new();
    private long _bytes;
    private int _count;

    public long Bytes => Interlocked.Read(ref _bytes);

    public int Count => Volatile.Read(ref _count);

    /// <summary>Takes the part of one request if there is room now.</summary>
    internal bool TryAcquire(int bytes)
    {
        lock (_lock)
        {
            if (_waiters.Count > 0 || !HasRoom(bytes))
            {
                return false;
            }

            _bytes += bytes;
            _count++;
            return true;
        }
    }

    /// <summary>Takes the part of one request; completes when there is room. First come, first served.</summary>
    internal ValueTask AcquireAsync(int bytes, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (TryAcquire(bytes))
            {
                return ValueTask.CompletedTask;
            }

            TaskCompletionSource waiter = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Enqueue((waiter, bytes));
            return WaitAsync(waiter, bytes, cancellationToken);
        }
    }

    internal void Release(int bytes)
    {
        lock (_lock)
        {
            _bytes -= bytes;
            _count--;
            while (_waiters.TryPeek(out var next) && HasRoom(next.Bytes))
            {
                _waiters.Dequeue();
                if (next.Waiter.TrySetResult())
                {
                    _bytes += next.Bytes;
                    _count++;
                }
            }
        }
    }

    private async ValueTask WaitAsync(TaskCompletionSource waiter, int bytes, CancellationToken cancellationToken)
    {
        await using (cancellationToken.UnsafeRegister(static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), waiter).ConfigureAwait(false))
        {
            await waiter.Task.ConfigureAwait(false);
        }
    }

    // A request larger than the whole budget passes when it is alone, or it would wait for ever.
    private bool HasRoom(int bytes) => _count == 0 || (_count < countMax && _bytes + bytes <= bytesMax);
}
