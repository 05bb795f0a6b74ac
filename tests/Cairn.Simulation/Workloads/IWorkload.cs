using Cairn.Simulation.Chance;
using Cairn.Simulation.Cluster;

namespace Cairn.Simulation.Workloads;

/// <summary>What clients do all along.</summary>
public interface IWorkload
{
    /// <param name="untilUs">No new operations after this.</param>
    void Start(World world, SeededRandom random, long pool, long untilUs);

    /// <summary>Makes the final look at everything that was touched.</summary>
    void Finish(World world, long pool);
}
