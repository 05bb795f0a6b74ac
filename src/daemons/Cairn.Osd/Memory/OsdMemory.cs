using Cairn.Messaging.DataPlane;
using Cairn.Store;

namespace Cairn.Osd.Memory;

/// <summary>Keeps the process within its target: bounds the data cache and gives idle buffers back, each second and when buffers grow.</summary>
internal sealed class OsdMemory
{
    /// <summary>Buffers idle for that many looks in a row give their memory back.</summary>
    private const int LooksIdle = 4;

    private readonly ObjectStore _store;
    private readonly MemoryBalance _balance;
    private readonly Lock _lock = new();
    private int _looks;
    private int _isLookDue;

    public OsdMemory(ObjectStore store, long target)
    {
        _store = store;
        _balance = new MemoryBalance(target, TimeProvider.System);
        PooledBuffer.Grew = LookSoon;
    }

    /// <summary>Each second.</summary>
    public void Tick()
    {
        if (++_looks % LooksIdle == 0)
        {
            PooledBuffer.GiveBackIdle();
        }

        Look();
    }

    private void LookSoon()
    {
        if (Interlocked.Exchange(ref _isLookDue, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static self => self.LookOnce(), this, preferLocal: false);
        }
    }

    private void LookOnce()
    {
        Volatile.Write(ref _isLookDue, 0);
        Look();
    }

    private void Look()
    {
        lock (_lock)
        {
            GCMemoryInfo any = GC.GetGCMemoryInfo(GCKind.Any);
            GCMemoryInfo full = GC.GetGCMemoryInfo(GCKind.FullBlocking);
            var sample = new MemorySample(
                Environment.WorkingSet,
                _store.CacheBytes,
                any.TotalCommittedBytes - full.HeapSizeBytes,
                GC.CollectionCount(GC.MaxGeneration),
                full.PauseDurations[0]);
            (long cacheBytesMax, bool collect) = _balance.Look(sample);
            _store.BoundCache(cacheBytesMax);
            if (collect)
            {
                // This kind gives what it finds to the machine, others keep it for what will be allocated.
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            }
        }
    }
}
