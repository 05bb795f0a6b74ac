using System.Collections.Concurrent;
using Cairn.Maps;
using Cairn.Messaging.DataPlane;
using Cairn.Messaging.DataPlane.Loops;
using Cairn.Store;

namespace Cairn.Osd.Shards;

/// <summary>
/// Some of the OSD's PGs and the one loop that feeds them: work is posted from anywhere and done in order by one thread at a time, so that
/// no PG needs a lock. Mostly that is the loop whose connection brought the work, else the shard's home loop.
/// </summary>
internal sealed partial class Shard : ITurnWork, ICommitSink
{
    /// <summary>Done in one go before other work of the process gets the thread.</summary>
    private const int WorkPerRun = 256;

    /// <summary>More than this is left to the home loop, so that a busy connection's does not do the work of others.</summary>
    private const int WorkInTurnMax = 16;

    private readonly ConcurrentQueue<ShardWork> _queue = new();
    private readonly Dictionary<PgId, PgHost> _hosts = [];
    private readonly ShardServices _services;
    private readonly EventLoop _loop;
    private readonly Action<Exception> _onBug;
    private int _scheduled;
    private bool _dead;

    /// <param name="loop">Its home: does what no other loop's turn does.</param>
    /// <param name="shards">How many the OSD has: they share its disk.</param>
    /// <param name="onBug">Told of an exception that the work must not throw: the daemon must stop.</param>
    public Shard(ShardServices services, EventLoop loop, int shards, Action<Exception> onBug)
    {
        _services = services;
        _loop = loop;
        _scheduler = services.Scheduling.NewScheduler<ScheduledWork>(shards);
        _onBug = onBug;
        _wake = new Timer(_ => Post(TickWork.Due), null, Timeout.Infinite, Timeout.Infinite);
    }

    public void Post(ShardWork work)
    {
        _queue.Enqueue(work);
        // What a receive loop posts, it does itself when it has posted all it has: a hop to another thread costs more than most operations.
        if (Interlocked.Exchange(ref _scheduled, 1) == 0 && !LoopTurn.TryDefer(this))
        {
            _loop.Queue(this);
        }
    }

    void ITurnWork.RunInTurn()
    {
        if (_queue.Count > WorkInTurnMax && !_loop.IsCurrent)
        {
            _loop.Queue(this);
        }
        else
        {
            Run();
        }
    }

    void ICommitSink.Committed(PgId pg, ulong token) => Post(new CommittedWork(pg, token));

    void IThreadPoolWorkItem.Execute() => Run();

    private void Run()
    {
        // All that the run sends to one peer leaves together, when it is done.
        LoopTurn.Begin();
        try
        {
            for (int done = 0; done < WorkPerRun && _queue.TryDequeue(out ShardWork? work); done++)
            {
                if (!_dead)
                {
                    Do(work);
                }
            }

            if (!_dead)
            {
                RunScheduled();
            }

            _services.Store.Kick();
        }
        catch (Exception e)
        {
            // A PG whose mind failed half-way must not go on: nor may what depends on it.
            _dead = true;
            _onBug(e);
        }
        finally
        {
            LoopTurn.End();
        }

        Volatile.Write(ref _scheduled, 0);
        if (!_queue.IsEmpty && Interlocked.Exchange(ref _scheduled, 1) == 0)
        {
            _loop.Queue(this);
        }
    }
}
