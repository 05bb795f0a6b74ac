using Cairn.Pg;
using Cairn.Simulation.Chance;
using Cairn.Simulation.Cluster;
using Cairn.Simulation.Network;

namespace Cairn.Simulation.Faults;

/// <summary>
/// Replaces a primary that does not hear of it, and has clients that don't either: what it still serves is stale, and what they still write is
/// divergent. Sometimes it is cut off from everyone but them; sometimes what its peers tell it comes late, its leases among it.
/// </summary>
public sealed class BlindPrimaries(long meanGapUs, long lengthMaxUs) : RepeatedFault(meanGapUs)
{
    private const long LengthMinUs = 1_500_000;

    public override void Heal(World world)
    {
        world.Network.UnblockAll();
        world.Network.HurryAll();
    }

    protected override void Strike(World world, SeededRandom random, long untilUs)
    {
        var primaries = world.Osds.Where(static o => o.Process?.Pgs.Any(static p => p.Pg.IsPrimary) == true).ToList();
        if (primaries.Count == 0)
        {
            return;
        }

        SimOsd osd = random.Pick(primaries);
        var blind = world.Clients.Where(_ => random.Chance(0.6)).Select(static c => c.Address).Append(osd.Address).ToList();
        bool isAlone = random.Chance(0.4);
        var others = world.Subscribers.Append(Address.Monitor).Except(blind).Where(o => isAlone || o.Role == Role.Monitor).ToList();
        var cut = blind.SelectMany(b => others.SelectMany(o => new[] { (b, o), (o, b) })).ToList();
        world.Trace($"network: [{string.Join(' ', blind)}] hear nothing from {(isAlone ? "anyone else" : "the monitor")}");
        world.Coverage.Count("fault", isAlone ? "primary alone with its clients" : "primary does not hear of its end");
        cut.ForEach(c => world.Network.Block(c.Item1, c.Item2));
        if (!isAlone && random.Chance(0.5))
        {
            long extraUs = random.Between(100_000, 700_000);
            world.Osds.Where(o => o != osd).ToList().ForEach(o => world.Network.Delay(o.Address, osd.Address, extraUs));
        }

        world.Events.After(random.Between(0, 800_000), () => world.Monitor.Order(MonitorCommands.Down(osd.Id)));
        world.Events.After(random.Between(LengthMinUs, Math.Max(LengthMinUs, lengthMaxUs)), () =>
        {
            cut.ForEach(c => world.Network.Unblock(c.Item1, c.Item2));
            world.Network.HurryAll();
        });
    }
}
