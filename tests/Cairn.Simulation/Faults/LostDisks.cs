using Cairn.Maps;
using Cairn.Monitor.State.Wire;
using Cairn.Simulation.Chance;
using Cairn.Simulation.Cluster;

namespace Cairn.Simulation.Faults;

/// <summary>A disk dies with all that was on it. The admin gives it up, and after a while the OSD comes back with an empty one.</summary>
/// <param name="isDisaster">Whatever else is wrong at that moment: what only that disk had is gone, and nobody promises anything of it.</param>
public sealed class LostDisks(long meanGapUs, bool isDisaster) : RepeatedFault(meanGapUs)
{
    private const long LookUs = 300_000;

    private bool _isReplacing;

    public override void Heal(World world)
    {
    }

    protected override void Strike(World world, SeededRandom random, long untilUs)
    {
        // A primary that still has to give its replicas what they lack is what hurts most.
        var degraded = world.Stats.Values.Where(static s => s.Degraded > 0).ToList();
        SimOsd osd = isDisaster && degraded.Count > 0 ? world.Osds[random.Pick(degraded).ReportedBy.Value] : random.Pick(world.Osds);
        bool othersHaveAll = world.IsClean && world.Network.IsWhole && world.Osds.All(static o => o.IsRunning);
        if (_isReplacing || osd.Process is not { HasMap: true } process || !(isDisaster || othersHaveAll))
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
