using Cairn.Maps;

namespace Cairn.Simulation.Cluster;

/// <summary>An OSD or client that the monitor tells of new maps.</summary>
public interface IMapSubscriber
{
    /// <param name="maps">One or more successive epochs; they may be known already, or not follow on what is known.</param>
    void MapsReceived(IReadOnlyList<OsdMap> maps);
}
