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
    /// <returns>All maps needed, in order, and each PG with the map it was stored at.</returns>
    public async Task<(IReadOnlyList<OsdMap> Maps, IReadOnlyList<(PgId Pg, OsdMap Map)> Stored)> FindAsync(CancellationToken stopping)
    {
        (OsdMap newest, Epoch oldestKept) = await fetcher.FetchNewestAsync(stopping);
        var epochs = new SortedDictionary<PgId, Epoch>();
        foreach (PgId pg in store.ListCollections())
        {
            if (PlacementGroup.StoredEpochOf(store, pg) is { } epoch)
            {
                epochs.Add(pg, epoch);
            }
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
