using Cairn.Simulation.Chance;
using Cairn.Simulation.Cluster;

namespace Cairn.Simulation.Faults;

/// <summary>One kind of misfortune. It plans itself into a world's events; <see cref="Heal"/> ends all it did.</summary>
public interface IFault
{
    void Start(World world, SeededRandom random, long untilUs);

    void Heal(World world);

    /// <summary>What an admin orders once the cluster is calm again.</summary>
    void Mend(World world)
    {
    }
}
