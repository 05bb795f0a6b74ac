using Cairn.Maps;
using Cairn.Messaging.ControlPlane;
using Cairn.Osd.Maps;
using Cairn.Pg;
using Cairn.Store;
using Microsoft.Extensions.Logging;

namespace Cairn.Osd.Shards;

/// <summary>At start: which PGs the store holds, and the maps they have missed.</summary>
internal sealed class PgLoader(IObjectStore store, MapFetcher fetcher, ILogger logger)
{
    private static readonly TimeSpan BehindDelay = TimeSpan.FromMilliseconds(200);

    /// <returns>All maps needed, in order, and each PG with the map it was stored at.</returns>
    public async Task<(IReadOnlyList<OsdMap> Maps, IReadOnlyList<(PgId Pg, OsdMap Map)> Stored)> FindAsync(CancellationToken stopping)
    {
        var epochs = new SortedDictionary<PgId, Epoch>();
        foreach (PgId pg in store.ListCollections())
        {
            if (PlacementGroup.StoredEpochOf(store, pg) is { } epoch)
            {
                epochs.Add(pg, epoch);
            }
        }

        Epoch needed = epochs.Count == 0 ? Epoch.None : epochs.Values.Max();
        (OsdMap newest, Epoch oldestKept) = await fetcher.FetchNewestAsync(stopping);
        while (newest.Epoch < needed)
        {
            // A monitor that just started as well does not know yet how much of its log is committed: our PGs have seen newer maps than it shows.
            logger.MonitorsBehind(newest.Epoch, needed);
            await Task.Delay(BehindDelay, stopping);
            (newest, oldestKept) = await fetcher.FetchNewestAsync(stopping);
        }

        Epoch first = epochs.Count == 0 ? newest.Epoch : epochs.Values.Min();
        if (first < oldestKept)
        {
            logger.MapGap(first, oldestKept);
            first = oldestKept;
        }

        IReadOnlyList<OsdMap> maps = first >= newest.Epoch ? [newest] : await fetcher.FetchRangeAsync(first, newest.Epoch, stopping);
        var byEpoch = maps.ToDictionary(static m => m.Epoch);
        return (maps, [.. epochs.Select(p => (p.Key, byEpoch[p.Value < first ? first : p.Value]))]);
    }
}
