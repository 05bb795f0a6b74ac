using Cairn.Maps;
using Cairn.Simulation.Chance;
using Cairn.Simulation.Cluster;

namespace Cairn.Simulation.Faults;

/// <summary>An admin marks OSDs out and in, and down though they are alive: PGs move while data is written.</summary>
public sealed class AdminMoves(long meanGapUs) : RepeatedFault(meanGapUs)
{
    public override void Heal(World world) => world.Monitor.Change(static map => Enumerable.Range(0, map.Osds.Length)
        .Where(i => map.Osds[i] is { In: false })
        .Aggregate(map, static (m, i) => SimMonitor.WithOsd(m, new OsdId(i), static s => s with { Weight = OsdState.FullWeight, AutoOut = false })));

    protected override void Strike(World world, SeededRandom random, long untilUs)
    {
        OsdId osd = random.Pick(world.Osds).Id;
        if (random.Chance(0.2))
        {
            world.Monitor.Change(map => map.Osd(osd) is { Up: true }
                ? SimMonitor.WithOsd(map, osd, s => s with { Up = false, DownAt = map.Epoch.Next }) : map);
            return;
        }

        uint weight = random.Chance(0.5) ? 0 : OsdState.FullWeight;
        world.Monitor.Change(map => map.Osd(osd)!.Weight == weight ? map : SimMonitor.WithOsd(map, osd, s => s with { Weight = weight, AutoOut = false }));
    }
}
