using Cairn.Pg;
using Cairn.Simulation.Chance;
using Cairn.Simulation.Cluster;

namespace Cairn.Simulation.Faults;

/// <summary>
/// An admin holds recovery and backfill up for a while, so that copies stay behind; and whoever has a copy that is half filled or lacks objects is
/// killed, or split, in the middle of that.
/// </summary>
public sealed class InterruptedRecoveries(long meanGapUs, long heldMaxUs) : RepeatedFault(meanGapUs)
{
    private const long LookUs = 4_000;
    private const int LooksMax = 1_000;
    private static readonly string[] Flags = ["norecover", "nobackfill"];

    private bool _isHealed;

    public override void Heal(World world)
    {
        _isHealed = true;
        world.Monitor.Order(MonitorCommands.UnsetFlags(Flags));
        foreach (SimOsd osd in world.Osds)
        {
            osd.Start();
        }
    }

    protected override void Strike(World world, SeededRandom random, long untilUs)
    {
        if (random.Chance(0.5))
        {
            string flag = random.Pick(Flags);
            world.Monitor.Order(MonitorCommands.SetFlag(flag));
            world.Events.After(random.Between(500_000, heldMaxUs), () => world.Monitor.Order(MonitorCommands.UnsetFlags(flag)));
        }

        Hunt(world, random, random.Chance(0.4), LooksMax);
    }

    private void Hunt(World world, SeededRandom random, bool split, int looks)
    {
        var behind = world.Osds.Where(o => !o.IsPaused && o.Process?.Pgs.Any(p => IsBehind(p.Pg.Core, split)) == true).ToList();
        if (_isHealed || looks == 0)
        {
            return;
        }

        if (behind.Count == 0)
        {
            world.Events.After(LookUs, () => Hunt(world, random, split, looks - 1));
        }
        else if (split && world.Monitor.Map.Pools.GetValueOrDefault(Simulation.PoolId) is { } pool)
        {
            world.Coverage.Count("fault", "split while objects are missing");
            world.Monitor.Order(MonitorCommands.SetPool(pool.Name, "pg_num", Math.Min(12, pool.PgNum + random.Between(1, 3))));
        }
        else
        {
            SimOsd victim = random.Pick(behind);
            world.Coverage.Count("fault", "killed while it is behind");
            victim.Kill();
            world.Events.After(random.Between(10_000, 1_500_000), victim.Start);
        }
    }

    private static bool IsBehind(PgCore pg, bool split) => !pg.Missing.IsEmpty || (!split && pg.LastBackfill is { IsComplete: false, IsNothing: false });
}
