using System.Threading.Channels;
using Cairn.Messaging.Wire;

namespace Cairn.Monitor.Feeds;

/// <summary>Events to everyone who watches, and the last ones for those who come late.</summary>
internal sealed class EventFeed
{
    private const int KeptMax = 1000;

    // A watcher that reads slower than this many events come misses the oldest: it must not hold the monitor up.
    private const int QueuedMax = 1000;

    private readonly Lock _gate = new();
    private readonly Queue<ClusterEvent> _kept = [];
    private readonly List<Channel<ClusterEvent>> _watchers = [];

    public bool IsWatched
    {
        get
        {
            lock (_gate)
            {
                return _watchers.Count > 0;
            }
        }
    }

    public void Publish(ClusterEvent item)
    {
        lock (_gate)
        {
            _kept.Enqueue(item);
            if (_kept.Count > KeptMax)
            {
                _kept.Dequeue();
            }

            foreach (Channel<ClusterEvent> watcher in _watchers)
            {
                watcher.Writer.TryWrite(item);
            }
        }
    }

    /// <summary>Past events, then new ones. Unsubscribe when done.</summary>
    public Channel<ClusterEvent> Subscribe(int past)
    {
        Channel<ClusterEvent> watcher = Channel.CreateBounded<ClusterEvent>(
            new BoundedChannelOptions(QueuedMax + KeptMax) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        lock (_gate)
        {
            foreach (ClusterEvent item in _kept.Skip(_kept.Count - Math.Min(past, _kept.Count)))
            {
                watcher.Writer.TryWrite(item);
            }

            _watchers.Add(watcher);
        }

        return watcher;
    }

    public void Unsubscribe(Channel<ClusterEvent> watcher)
    {
        lock (_gate)
        {
            _watchers.Remove(watcher);
        }
    }
}
