using Cairn.Maps;
using Cairn.Messaging.ControlPlane;
using Cairn.Osd.Shards;
using Microsoft.Extensions.Logging;

namespace Cairn.Osd.Maps;

/// <summary>Takes each new epoch through the OSD, in order, whichever way it came.</summary>
internal sealed class MapFollower(
    OsdId whoami, MapHistory history, ShardSet shards, MapFetcher fetcher, Action<MapView> onMap, Action<string> onFatal, ILogger logger) : IMapSink
{
    /// <summary>The subscription brings maps by itself; only if it hangs (its monitor stopped, say) they are fetched elsewhere.</summary>
    private static readonly TimeSpan PatienceWithSubscription = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private Epoch _wanted;
    private bool _fetching;

    public void OnMap(OsdMap map)
    {
        lock (_lock)
        {
            Epoch newest = history.Newest.Epoch;
            if (map.Epoch <= newest)
            {
                return;
            }

            if (map.Epoch != newest.Next)
            {
                onFatal($"the monitors no longer keep the maps between {newest} and {map.Epoch}: a restart reads them anew");
                return;
            }

            history.Add(map);
            MapView view = MapView.Of(map, whoami);
            onMap(view);
            shards.PostAll(new MapsWork([view]));
        }
    }

    /// <summary>Somebody has a map of this epoch.</summary>
    public void Want(Epoch epoch)
    {
        lock (_lock)
        {
            _wanted = epoch > _wanted ? epoch : _wanted;
            if (_fetching || _wanted <= history.Newest.Epoch)
            {
                return;
            }

            _fetching = true;
        }

        _ = FetchWantedAsync();
    }

    /// <summary>The maps from an epoch on, for a PG that is new here.</summary>
    public async Task FetchHistoryAsync(PgId pg, Epoch from)
    {
        try
        {
            Epoch newest = history.Newest.Epoch;
            IReadOnlyList<OsdMap> maps = history.Range(from, newest) ?? await fetcher.FetchRangeAsync(from, newest, CancellationToken.None);
            shards.Of(pg).Post(new HistoryWork(pg, maps));
        }
        catch (MonitorException e)
        {
            // A pool that old has been active: some OSD with a copy will tell us.
            logger.MapFetchFailed(e.Message);
            shards.Of(pg).Post(new HistoryWork(pg, []));
        }
    }

    private async Task FetchWantedAsync()
    {
        while (true)
        {
            await Task.Delay(PatienceWithSubscription);
            Epoch newest = history.Newest.Epoch;
            lock (_lock)
            {
                if (_wanted <= newest)
                {
                    _fetching = false;
                    return;
                }
            }

            try
            {
                foreach (OsdMap map in await fetcher.FetchRangeAsync(newest, _wanted, CancellationToken.None))
                {
                    OnMap(map);
                }
            }
            catch (MonitorException e)
            {
                logger.MapFetchFailed(e.Message);
            }
        }
    }
}
