using System.Collections.Concurrent;
using System.Threading.Tasks.Sources;
using Cairn.Maps;

namespace Cairn.Store.Commit;

/// <summary>A sink for one transaction that somebody awaits, once. Reused.</summary>
internal sealed class CommitWaiter : ICommitSink, IValueTaskSource
{
    private const int Kept = 256;
    private static readonly ConcurrentQueue<CommitWaiter> Free = new();
    private ManualResetValueTaskSourceCore<bool> _core;

    public ValueTask Task => new(this, _core.Version);

    public static CommitWaiter Rent() => Free.TryDequeue(out CommitWaiter? waiter) ? waiter : new CommitWaiter();

    /// <summary>Nobody awaits it: its transaction was refused.</summary>
    public void Return()
    {
        _core.Reset();
        if (Free.Count < Kept)
        {
            Free.Enqueue(this);
        }
    }

    /// <summary>Runs what awaits it, here and now.</summary>
    public void Committed(PgId pg, ulong token) => _core.SetResult(true);

    public void Fail(StoreFailedException reason) => _core.SetException(reason);

    void IValueTaskSource.GetResult(short token)
    {
        try
        {
            _core.GetResult(token);
        }
        finally
        {
            Return();
        }
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
