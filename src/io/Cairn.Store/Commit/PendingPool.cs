using Cairn.Store.Devices;

namespace Cairn.Store.Commit;

/// <summary>Pending transactions not in use. Thread-safe.</summary>
internal sealed class PendingPool(AlignedBufferPool buffers)
{
    private const int Kept = 256;
    private readonly Lock _lock = new();
    private readonly Stack<PendingTransaction> _free = [];

    public PendingTransaction Rent()
    {
        lock (_lock)
        {
            if (_free.TryPop(out PendingTransaction? pending))
            {
                return pending;
            }
        }

        return new PendingTransaction();
    }

    public void Return(PendingTransaction pending)
    {
        pending.Clear(buffers);
        lock (_lock)
        {
            Keep(pending);
        }
    }

    public void Return(List<PendingTransaction> batch)
    {
        foreach (PendingTransaction pending in batch)
        {
            pending.Clear(buffers);
        }

        lock (_lock)
        {
            batch.ForEach(Keep);
        }

        batch.Clear();
    }

    private void Keep(PendingTransaction pending)
    {
        if (_free.Count < Kept)
        {
            _free.Push(pending);
        }
    }
}
