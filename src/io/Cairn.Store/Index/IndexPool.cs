using System.Collections.Concurrent;
using Cairn.Store.Devices;

namespace Cairn.Store.Index;

/// <summary>
/// Emptied indexes for stores opened later with the same options: a new FasterKV clears 12 MiB, most of it for overflow buckets, whatever
/// its size. For who opens small stores by the thousand, as the proof of power loss does. Thread-safe.
/// </summary>
internal sealed class IndexPool
{
    private readonly ConcurrentBag<IndexRecords> _spare = [];

    public IndexRecords Rent(IBlockStorage storage, long memoryBytes, long recordsExpected)
    {
        if (!_spare.TryTake(out IndexRecords? spare))
        {
            return new IndexRecords(storage, memoryBytes, recordsExpected);
        }

        spare.MoveTo(storage);
        return spare;
    }

    public void Return(IndexRecords records)
    {
        if (records.TryEmpty())
        {
            _spare.Add(records);
        }
        else
        {
            records.Dispose();
        }
    }
}
