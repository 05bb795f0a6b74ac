using System.Collections.Concurrent;
using Cairn.Maps;
using Cairn.Store;

namespace Cairn.Osd.Shards;

/// <summary>
/// Some of the OSD's PGs and the one loop that feeds them: work is posted from anywhere and done in order by one thread at a time, so that
/// no PG needs a lock. An idle shard holds no thread.
/// </summary>
internal sealed partial class Shard : IThreadPoolWorkItem, ICommitSink
{
    /// <summary>Done in one go before other work of the process gets the thread.</summary>
    private const int WorkPerRun = 256;

    private readonly ConcurrentQueue<ShardWork> _queue = new();
    private readonly SortedDictionary<PgId, PgHost> _hosts = [];
    private readonly ShardServices _services;
    private readonly Action<Exception> _onBug;
    private int _scheduled;
    private bool _dead;

    /// <param name="onBug">Told of an exception that the work must not throw: the daemon must stop.</param>
    public Shard(ShardServices services, Action<Exception> onBug)
    {
        _services = services;
        _onBug = onBug;
        _wake = new Timer(_ => Post(TickWork.Due), null, Timeout.Infinite, Timeout.Infinite);
    }

    public void Post(ShardWork work)
    {
        _queue.Enqueue(work);
        if (Interlocked.Exchange(ref _scheduled, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    void ICommitSink.Committed(PgId pg, ulong token) => Post(new CommittedWork(pg, token));

    void IThreadPoolWorkItem.Execute()
    {
        try
        {
            for (int done = 0; done < WorkPerRun && _queue.TryDequeue(out ShardWork? work); done++)
            {
                if (!_dead)
                {
                    Do(work);
                }
            }
        }
        catch (Exception e)
        {
            // A PG whose mind failed half-way must not go on: nor may what depends on it.
            _dead = true;
            _onBug(e);
        }

        Volatile.Write(ref _scheduled, 0);
        if (!_queue.IsEmpty && Interlocked.Exchange(ref _scheduled, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }
}
