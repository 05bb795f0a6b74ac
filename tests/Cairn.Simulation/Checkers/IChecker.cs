using Cairn.Simulation.Cluster;

namespace Cairn.Simulation.Checkers;

/// <summary>Judges a world at its end: faults are over, clients are done.</summary>
public interface IChecker
{
    IEnumerable<Violation> Check(World world);
}
