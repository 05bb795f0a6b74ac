using System.Collections.Concurrent;

namespace Cairn.Store.Commit;

/// <summary>The waiters of one WAL batch, told on the thread pool, by one work item: a hop each would cost more than their transactions.</summary>
internal sealed class WaiterBatch : IThreadPoolWorkItem
{
    private static readonly ConcurrentQueue<WaiterBatch> Free = new();
    private readonly List<CommitWaiter> _waiters = [];

    public static WaiterBatch Rent() => Free.TryDequeue(out WaiterBatch? batch) ? batch : new WaiterBatch();

    public void Add(CommitWaiter waiter) => _waiters.Add(waiter);

    /// <summary>Tells the waiters, and is used no more.</summary>
    public void Queue() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    void IThreadPoolWorkItem.Execute()
    {
        foreach (CommitWaiter waiter in _waiters)
        {
            waiter.Committed(default, 0);
        }

        _waiters.Clear();
        Free.Enqueue(this);
    }
}
