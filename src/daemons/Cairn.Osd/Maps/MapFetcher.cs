using Cairn.Maps;
using Cairn.Messaging.ControlPlane;
using Cairn.Messaging.Wire;

namespace Cairn.Osd.Maps;

/// <summary>Gets past maps from the monitors.</summary>
internal sealed class MapFetcher(MonitorSession monitors)
{
    /// <returns>The newest map, and the oldest epoch that the monitors keep.</returns>
    public async Task<(OsdMap Newest, Epoch Oldest)> FetchNewestAsync(CancellationToken stopping)
    {
        (List<OsdMap> maps, MapUpdate update) = await FetchAsync(new GetMapsRequest(), null, stopping);
        return (maps[^1], new Epoch(update.OldestEpoch));
    }

    /// <summary>The maps from one epoch to another, both included.</summary>
    /// <exception cref="MonitorException">The first is no longer kept, or nobody answered.</exception>
    public async Task<IReadOnlyList<OsdMap>> FetchRangeAsync(Epoch first, Epoch last, CancellationToken stopping)
    {
        var all = new List<OsdMap>();
        var request = new GetMapsRequest { FirstEpoch = first.Value, LastEpoch = last.Value };
        while (true)
        {
            (List<OsdMap> maps, _) = await FetchAsync(request, all.LastOrDefault(), stopping);
            all.AddRange(maps);
            if (maps.Count == 0 || all[^1].Epoch >= last)
            {
                return all;
            }

            request = new GetMapsRequest { FirstEpoch = all[^1].Epoch.Next.Value, LastEpoch = last.Value, IncrementalsOnly = true };
        }
    }

    private async Task<(List<OsdMap> Maps, MapUpdate Update)> FetchAsync(GetMapsRequest request, OsdMap? have, CancellationToken stopping)
    {
        MapUpdate update = await monitors.CallAsync((client, options) => client.GetMapsAsync(request, options), stopping);
        var collected = new Collector();
        MapUpdates.Apply(have, update, collected);
        return (collected.Maps, update);
    }

    private sealed class Collector : IMapSink
    {
        public List<OsdMap> Maps { get; } = [];

        public void OnMap(OsdMap map) => Maps.Add(map);
    }
}
