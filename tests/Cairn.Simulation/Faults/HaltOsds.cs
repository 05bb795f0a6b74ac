using Cairn.Simulation.Chance;
using Cairn.Simulation.Cluster;

namespace Cairn.Simulation.Faults;

/// <summary>Halts an OSD as SIGSTOP does: it wakes later, with old maps, old messages, and leases it must not trust.</summary>
public sealed class HaltOsds(long meanGapUs, long lengthMaxUs) : RepeatedFault(meanGapUs)
{
    public override void Heal(World world)
    {
        foreach (SimOsd osd in world.Osds)
        {
            osd.Resume();
        }
    }

    protected override void Strike(World world, SeededRandom random, long untilUs)
    {
        SimOsd victim = random.Pick(world.Osds);
        victim.Pause();
        world.Events.After(random.Between(10_000, lengthMaxUs), victim.Resume);
    }
}
