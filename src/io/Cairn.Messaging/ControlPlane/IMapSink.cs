using Cairn.Maps;

namespace Cairn.Messaging.ControlPlane;

/// <summary>Gets the cluster maps as they come, one call at a time.</summary>
public interface IMapSink
{
    /// <param name="map">The map of the epoch after the last one; a later one where the monitors no longer keep what lies between.</param>
    void OnMap(OsdMap map);
}
