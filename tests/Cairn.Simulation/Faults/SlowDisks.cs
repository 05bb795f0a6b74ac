using Cairn.Simulation.Chance;
using Cairn.Simulation.Cluster;

namespace Cairn.Simulation.Faults;

/// <summary>Makes a disk many times slower for a while.</summary>
public sealed class SlowDisks(long meanGapUs, long lengthMaxUs) : RepeatedFault(meanGapUs)
{
    public override void Heal(World world)
    {
        foreach (SimOsd osd in world.Osds)
        {
            osd.Disk.Slowness = 1;
        }
    }

    protected override void Strike(World world, SeededRandom random, long untilUs)
    {
        SimOsd osd = random.Pick(world.Osds);
        osd.Disk.Slowness = (int)random.Between(5, 100);
        world.Events.After(random.Between(100_000, lengthMaxUs), () => osd.Disk.Slowness = 1);
    }
}
