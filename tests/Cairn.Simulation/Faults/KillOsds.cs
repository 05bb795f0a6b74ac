using Cairn.Monitor.State.Wire;
using Cairn.Simulation.Chance;
using Cairn.Simulation.Cluster;

namespace Cairn.Simulation.Faults;

/// <summary>Kills OSDs, one or many at once, and starts them again after a while: before or after they are marked down or out.</summary>
/// <param name="allShare">How often all die at once, as in a power failure.</param>
public sealed class KillOsds(long meanGapUs, long awayMaxUs, double allShare) : RepeatedFault(meanGapUs)
{
    /// <summary>From the announcement of a stop to its end.</summary>
    private const long StopUs = 300_000;

    private bool _isHealed;

    public override void Heal(World world)
    {
        _isHealed = true;
        foreach (SimOsd osd in world.Osds)
        {
            osd.Start();
        }
    }

    protected override void Strike(World world, SeededRandom random, long untilUs)
    {
        bool all = random.Chance(allShare);
        int count = all ? world.Osds.Count : random.Chance(0.7) ? 1 : random.Between(1, world.Osds.Count) is var many ? (int)many : 1;
        var victims = world.Osds.ToList();
        random.Shuffle(victims);
        foreach (SimOsd victim in victims.Take(count))
        {
            long away = random.Chance(0.5) ? random.Between(10_000, 2_000_000) : random.Between(10_000, awayMaxUs);
            if (random.Chance(0.2))
            {
                Stop(world, victim);
                away += StopUs;
            }
            else
            {
                Kill(world, random, victim);
            }

            world.Events.After(away, victim.Start);
        }
    }

    private static void Kill(World world, SeededRandom random, SimOsd victim)
    {
        string? address = victim.Process is { HasMap: true } process ? process.NetworkAddress : null;
        victim.Kill();
        if (address is not null && random.Chance(0.5))
        {
            // Connection refused: its peers tell the monitor at once.
            world.Events.After(random.Between(1_000, 500_000), () => world.Monitor.MarkDown(victim.Id, address, DownCause.ProcessGone));
        }
    }

    private void Stop(World world, SimOsd victim)
    {
        if (victim is { Process.HasMap: true, IsPaused: false })
        {
            victim.Process.AnnounceStop();
            world.Events.After(StopUs, () =>
            {
                victim.Kill();
                if (_isHealed)
                {
                    victim.Start(); // One that stops after the end of faults comes back at once.
                }
            });
        }
    }
}
