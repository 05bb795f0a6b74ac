using Cairn.Pg;
using Cairn.Pg.Inputs;
using Cairn.Simulation.Chance;
using Cairn.Simulation.Cluster;

namespace Cairn.Simulation.Faults;

/// <summary>An admin who gives up on unfound objects, by the older version or altogether, whenever a PG reports some (<c>mark_unfound_lost</c>).</summary>
public sealed class GivenUpObjects : IFault
{
    private const long LookUs = 1_500_000;

    public void Start(World world, SeededRandom random, long untilUs) => world.Events.After(LookUs, () => Look(world, random));

    /// <summary>It goes on: what is unfound when the faults end is never found.</summary>
    public void Heal(World world)
    {
    }

    private static void Look(World world, SeededRandom random)
    {
        foreach (PgStats stats in world.Stats.Values.Where(static s => s.Unfound > 0).ToList())
        {
            SimOsd osd = world.Osds[stats.ReportedBy.Value];
            bool delete = random.Chance(0.5);
            osd.Run(() =>
            {
                if (osd.Process!.Find(stats.Pg) is { } host && host.Pg.IsPrimary)
                {
                    world.Coverage.Count("fault", delete ? "unfound deleted" : "unfound reverted");
                    osd.Process.Feed(host, new MarkUnfoundLost(delete));
                }
            });
        }

        world.Events.After(LookUs, () => Look(world, random));
    }
}
