using Cairn.Simulation.Chance;
using Cairn.Simulation.Cluster;
using Cairn.Simulation.Network;

namespace Cairn.Simulation.Faults;

/// <summary>Breaks a connection now and then; what was on its way is lost.</summary>
public sealed class BrokenConnections(long meanGapUs) : RepeatedFault(meanGapUs)
{
    public override void Heal(World world)
    {
    }

    protected override void Strike(World world, SeededRandom random, long untilUs)
    {
        var everyone = world.Subscribers.ToList();
        Address a = Address.Of(random.Pick(world.Osds).Id);
        Address b = random.Pick(everyone);
        if (a != b)
        {
            world.Network.Break(a, b);
        }
    }
}
