using Cairn.Maps;
using Cairn.Monitor.State;

namespace Cairn.Monitor.Feeds;

/// <summary>The newest state this monitor has applied, and a bell for those who wait for the next epoch.</summary>
internal sealed class StateFeed
{
    private readonly Lock _gate = new();
    private MonitorState _state = MonitorState.Empty;
    private TaskCompletionSource _next = NewBell();

    // Encoding the whole map for each new subscriber would be waste: it changes once an epoch.
    private (Epoch Epoch, byte[] Bytes) _full;

    public MonitorState State => Volatile.Read(ref _state);

    public void Publish(MonitorState state)
    {
        TaskCompletionSource ring;
        lock (_gate)
        {
            bool newEpoch = state.Epoch != _state.Epoch;
            Volatile.Write(ref _state, state);
            if (!newEpoch)
            {
                return;
            }

            ring = _next;
            _next = NewBell();
        }

        ring.TrySetResult();
    }

    /// <summary>The state once its epoch is at least that.</summary>
    public async ValueTask<MonitorState> WaitForAsync(Epoch epoch, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task next;
            lock (_gate)
            {
                if (_state.Epoch >= epoch)
                {
                    return _state;
                }

                next = _next.Task;
            }

            await next.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The canonical encoding of a state's map.</summary>
    public ReadOnlyMemory<byte> FullOf(OsdMap map)
    {
        lock (_gate)
        {
            if (_full.Epoch != map.Epoch)
            {
                _full = (map.Epoch, map.Encode());
            }

            return _full.Bytes;
        }
    }

    private static TaskCompletionSource NewBell() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
