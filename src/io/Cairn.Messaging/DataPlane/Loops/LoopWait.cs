using System.Threading.Tasks.Sources;

namespace Cairn.Messaging.DataPlane.Loops;

/// <summary>One direction's waiter, used again and again: at most one call waits at a time.</summary>
internal sealed class LoopWait : IValueTaskSource<int>
{
    private ManualResetValueTaskSourceCore<int> _source;
    private bool _waits;

    /// <summary>Whether the waiter goes on in the pool, not in the thread that completes it.</summary>
    public bool RunsElsewhere
    {
        get => _source.RunContinuationsAsynchronously;
        set => _source.RunContinuationsAsynchronously = value;
    }

    public ValueTask<int> Task => new(this, _source.Version);

    public void Reset() => _source.Reset();

    /// <summary>Under the channel's lock, as <see cref="TryTake"/>.</summary>
    public void Wait() => _waits = true;

    /// <summary>True for the one who is to complete it.</summary>
    public bool TryTake()
    {
        bool waited = _waits;
        _waits = false;
        return waited;
    }

    public void Complete(int result, Exception? error)
    {
        if (error is null)
        {
            _source.SetResult(result);
        }
        else
        {
            _source.SetException(error);
        }
    }

    int IValueTaskSource<int>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
