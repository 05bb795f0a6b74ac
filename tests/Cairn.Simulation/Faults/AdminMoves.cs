using Cairn.Maps;
using Cairn.Simulation.Chance;
using Cairn.Simulation.Cluster;

namespace Cairn.Simulation.Faults;

/// <summary>An admin marks OSDs out and in, reweights them, and marks them down though they are alive: PGs move while data is written.</summary>
public sealed class AdminMoves(long meanGapUs) : RepeatedFault(meanGapUs)
{
    public override void Heal(World world)
    {
        world.Monitor.Order(MonitorCommands.In(world.Osds.Select(static o => o.Id)));
        foreach (SimOsd osd in world.Osds)
        {
            world.Monitor.Order(MonitorCommands.PrimaryAffinity(osd.Id, 1));
        }
    }

    protected override void Strike(World world, SeededRandom random, long untilUs)
    {
        OsdId osd = random.Pick(world.Osds).Id;
        world.Monitor.Order(random.Below(10) switch
        {
            0 or 1 => MonitorCommands.Down(osd),
            2 => MonitorCommands.Reweight(osd, 0.5),
            3 => MonitorCommands.PrimaryAffinity(osd, random.Chance(0.5) ? 0 : 1),
            4 or 5 or 6 => MonitorCommands.Out(osd),
            _ => MonitorCommands.In(osd),
        });
    }
}
