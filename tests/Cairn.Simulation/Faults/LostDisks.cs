using Cairn.Maps;
using Cairn.Monitor.State.Wire;
using Cairn.Pg;
using Cairn.Simulation.Chance;
using Cairn.Simulation.Cluster;

namespace Cairn.Simulation.Faults;

/// <summary>A disk dies with all that was on it. The admin gives it up, and after a while the OSD comes back with an empty one.</summary>
/// <param name="isDisaster">Whatever else is wrong at that moment: what only that disk had is gone, and nobody promises anything of it.</param>
public sealed class LostDisks(long meanGapUs, bool isDisaster) : RepeatedFault(meanGapUs)
{
    private const long LookUs = 300_000;
    private const long HuntLookUs = 5_000;
    private const int HuntLooks = 1_000;

    private bool _isReplacing;
    private bool _isHealed;

    public override void Heal(World world) => _isHealed = true;

    protected override void Strike(World world, SeededRandom random, long untilUs)
    {
        bool othersHaveAll = world.IsClean && world.Network.IsWhole && world.Osds.All(static o => o.IsRunning);
        if (_isReplacing)
        {
            return;
        }

        if (isDisaster)
        {
            Hunt(world, random, HuntLooks);
        }
        else if (othersHaveAll)
        {
            SimOsd victim = random.Pick(world.Osds);
            Lose(world, random, victim);
            if (random.Chance(0.4))
            {
                FailPower(world, random, victim);
            }
        }
    }

    /// <summary>With the power, which takes all others down as well: the first to come back is the one that has nothing any more.</summary>
    private void FailPower(World world, SeededRandom random, SimOsd first)
    {
        world.Coverage.Count("fault", "power failure with a disk lost");
        foreach (SimOsd osd in world.Osds.Where(o => o != first && o.Process is { HasMap: true }))
        {
            string address = osd.Process!.NetworkAddress;
            osd.Kill();
            world.Monitor.MarkDown(osd.Id, address, DownCause.ProcessGone);
        }

        StartAfter(world, random, first, random.Between(1_000_000, 12_000_000));
    }

    private void StartAfter(World world, SeededRandom random, SimOsd first, long waitUs) => world.Events.After(LookUs, () =>
    {
        if (waitUs > 0 && !_isHealed)
        {
            // The time counts from when the first is back.
            StartAfter(world, random, first, first.IsRunning ? waitUs - LookUs : waitUs - (LookUs / 4));
            return;
        }

        foreach (SimOsd osd in world.Osds.Where(o => o != first))
        {
            osd.Start();
        }
    });

    // A primary that still has to give its replicas what they lack is what hurts most.
    private void Hunt(World world, SeededRandom random, int looks)
    {
        PgStats? recovering = world.Stats.Values.FirstOrDefault(static s => s.State.Contains("recovering", StringComparison.Ordinal));
        if (recovering is not null || looks == 0)
        {
            Lose(world, random, recovering is null ? random.Pick(world.Osds) : world.Osds[recovering.ReportedBy.Value]);
        }
        else
        {
            world.Events.After(HuntLookUs, () => Hunt(world, random, looks - 1));
        }
    }

    private void Lose(World world, SeededRandom random, SimOsd osd)
    {
        if (_isReplacing || osd.Process is not { HasMap: true } process)
        {
            return;
        }

        string address = process.NetworkAddress;
        world.Coverage.Count("fault", "disk lost");
        _isReplacing = true;
        osd.LoseDisk();
        world.Monitor.MarkDown(osd.Id, address, DownCause.ProcessGone);
        world.Events.After(random.Between(LookUs, 8_000_000), () => Replace(world, osd));
    }

    private void Replace(World world, SimOsd osd)
    {
        OsdState? state = world.Monitor.Map.Osd(osd.Id);
        if (state is { Destroyed: false } && state.Uuid == osd.DiskUuid)
        {
            osd.Start();
            if (world.IsClean)
            {
                _isReplacing = false;
                return;
            }
        }
        else if (state is { Destroyed: true })
        {
            world.Monitor.Order(MonitorCommands.CreateOsd(osd.Id.Value, osd.DisksLost));
        }
        else
        {
            world.Monitor.Order(MonitorCommands.DestroyOsd(osd.Id)); // Refused while the map shows it up.
        }

        world.Events.After(LookUs, () => Replace(world, osd));
    }
}
