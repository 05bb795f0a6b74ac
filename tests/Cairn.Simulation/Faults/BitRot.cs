using Cairn.Maps;
using Cairn.Objects;
using Cairn.Pg.Inputs;
using Cairn.Simulation.Chance;
using Cairn.Simulation.Cluster;
using Cairn.Simulation.Stores;

namespace Cairn.Simulation.Faults;

/// <summary>
/// Spoils one copy of an object where it lies, and lets an admin scrub. Only in a clean PG, and one copy at a time: what no good copy is
/// left of, nobody can repair. In the end a repair of every PG is ordered.
/// </summary>
public sealed class BitRot(long meanGapUs) : RepeatedFault(meanGapUs), IFault
{
    public override void Heal(World world)
    {
    }

    public void Mend(World world)
    {
        foreach (SimOsd osd in world.Osds)
        {
            osd.Run(() => Order(osd, new ScrubCommand(Deep: true, Repair: true)));
        }
    }

    protected override void Strike(World world, SeededRandom random, long untilUs)
    {
        SimOsd osd = random.Pick(world.Osds);
        if (random.Chance(0.5))
        {
            osd.Run(() => Order(osd, new ScrubCommand(random.Chance(0.5), random.Chance(0.5))));
        }

        var copies = osd.Disk.Store.Content.SelectMany(static c => c.Value.Objects.Keys.Select(id => (Pg: c.Key, Id: id))).ToList();
        if (copies.Count == 0)
        {
            return;
        }

        (PgId pg, ObjectId id) = random.Pick(copies);
        bool othersAreGood = world.Osds.All(o => o.Disk.Store.Content.GetValueOrDefault(pg)?.Objects.Values.All(static v => !v.Corrupt) != false);
        if (world.IsClean && world.Osds.All(static o => o.IsRunning) && othersAreGood && osd.Disk.Store.Corrupt(pg, id))
        {
            world.Coverage.Count("fault", "bit rot");
            world.Trace($"{osd.Id}: the copy of {id} rots");
        }
    }

    private static void Order(SimOsd osd, ScrubCommand command)
    {
        foreach (PgHost host in osd.Process?.Pgs.Where(static p => p.Pg.IsPrimary).ToList() ?? [])
        {
            osd.Process!.Feed(host, command);
        }
    }
}
