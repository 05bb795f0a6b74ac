using Cairn.Maps;

namespace Cairn.Client.Objecter;

/// <summary>Callers who wait for a map of some epoch. Guarded by the objecter's lock.</summary>
internal sealed class MapWaiters
{
    private readonly List<(Epoch Epoch, TaskCompletionSource<OsdMap> Waiter)> _waiters = [];

    public Task<OsdMap> Add(Epoch epoch)
    {
        TaskCompletionSource<OsdMap> waiter = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiters.Add((epoch, waiter));
        return waiter.Task;
    }

    public void Complete(OsdMap map)
    {
        foreach ((Epoch epoch, TaskCompletionSource<OsdMap> waiter) in _waiters)
        {
            if (epoch <= map.Epoch)
            {
                waiter.TrySetResult(map);
            }
        }

        _waiters.RemoveAll(w => w.Epoch <= map.Epoch);
    }

    public void Fail(Exception error)
    {
        foreach ((_, TaskCompletionSource<OsdMap> waiter) in _waiters)
        {
            waiter.TrySetException(error);
        }

        _waiters.Clear();
    }
}
