using Cairn.Simulation.Chance;
using Cairn.Simulation.Cluster;

namespace Cairn.Simulation.Faults;

/// <summary>A misfortune that strikes again and again, at random times around a mean.</summary>
public abstract class RepeatedFault(long meanGapUs) : IFault
{
    public void Start(World world, SeededRandom random, long untilUs) => Plan(world, random, untilUs);

    public abstract void Heal(World world);

    protected abstract void Strike(World world, SeededRandom random, long untilUs);

    private void Plan(World world, SeededRandom random, long untilUs) => world.Events.After(random.Between(0, 2 * meanGapUs), () =>
    {
        if (world.Events.NowUs < untilUs)
        {
            Strike(world, random, untilUs);
            Plan(world, random, untilUs);
        }
    });
}
