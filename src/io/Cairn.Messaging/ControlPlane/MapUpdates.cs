using Cairn.Maps;
using Cairn.Messaging.Wire;

namespace Cairn.Messaging.ControlPlane;

/// <summary>What a monitor sent of maps, to maps.</summary>
public static class MapUpdates
{
    /// <summary>Takes <paramref name="map"/> through an update, and tells <paramref name="sink"/> of every map on the way.</summary>
    /// <returns>The newest map.</returns>
    /// <exception cref="OsdMapMismatchException">An incremental does not fit.</exception>
    /// <exception cref="MapFormatException">The monitor sent bytes that are no map.</exception>
    public static OsdMap? Apply(OsdMap? map, MapUpdate update, IMapSink sink)
    {
        // After a reconnect the full map may be older than ours, which its incrementals then lead past.
        if (!update.Full.IsEmpty && (map is null || update.FullEpoch > map.Epoch.Value))
        {
            map = OsdMap.Decode(update.Full.Span);
            sink.OnMap(map);
        }

        foreach (Google.Protobuf.ByteString encoded in update.Incrementals)
        {
            OsdMapIncremental incremental = OsdMapIncremental.Decode(encoded.Span);
            if (map is not null && incremental.Epoch <= map.Epoch)
            {
                continue;
            }

            map = map?.Apply(incremental) ?? throw new OsdMapMismatchException($"incremental {incremental.Epoch} came before any full map");
            sink.OnMap(map);
        }

        return map;
    }
}
