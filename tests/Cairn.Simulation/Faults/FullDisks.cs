using Cairn.Simulation.Chance;
using Cairn.Simulation.Cluster;

namespace Cairn.Simulation.Faults;

/// <summary>A disk fills up for a while: its OSD takes neither writes nor backfill; sometimes the monitors stop the writes of the whole cluster.</summary>
public sealed class FullDisks(long meanGapUs, long lengthMaxUs) : RepeatedFault(meanGapUs)
{
    private const string Flag = "full";

    public override void Heal(World world)
    {
        foreach (SimOsd osd in world.Osds)
        {
            osd.SetFull(false);
        }

        world.Monitor.Order(MonitorCommands.UnsetFlags(Flag));
    }

    protected override void Strike(World world, SeededRandom random, long untilUs)
    {
        SimOsd osd = random.Pick(world.Osds);
        osd.SetFull(true);
        bool all = random.Chance(0.2);
        if (all)
        {
            world.Monitor.Order(MonitorCommands.SetFlag(Flag));
        }

        world.Events.After(random.Between(500_000, lengthMaxUs), () =>
        {
            osd.SetFull(false);
            if (all)
            {
                world.Monitor.Order(MonitorCommands.UnsetFlags(Flag));
            }
        });
    }
}
