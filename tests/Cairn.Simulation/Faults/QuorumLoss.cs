using Cairn.Simulation.Chance;
using Cairn.Simulation.Cluster;

namespace Cairn.Simulation.Faults;

/// <summary>The monitors have no quorum for a while: the map stands still.</summary>
public sealed class QuorumLoss(long meanGapUs, long lengthMaxUs) : RepeatedFault(meanGapUs)
{
    public override void Heal(World world) => world.Monitor.HasQuorum = true;

    protected override void Strike(World world, SeededRandom random, long untilUs)
    {
        world.Trace("mon: no quorum");
        world.Monitor.HasQuorum = false;
        world.Events.After(random.Between(100_000, lengthMaxUs), () => world.Monitor.HasQuorum = true);
    }
}
