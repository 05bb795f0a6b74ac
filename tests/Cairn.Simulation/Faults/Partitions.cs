using Cairn.Simulation.Chance;
using Cairn.Simulation.Cluster;
using Cairn.Simulation.Network;

namespace Cairn.Simulation.Faults;

/// <summary>Cuts the network in two, or one member off, or one link, in both directions or in one, for a while.</summary>
public sealed class Partitions(long meanGapUs, long lengthMaxUs) : RepeatedFault(meanGapUs)
{
    public override void Heal(World world) => world.Network.UnblockAll();

    protected override void Strike(World world, SeededRandom random, long untilUs)
    {
        var everyone = world.Subscribers.Append(Address.Monitor).ToList();
        random.Shuffle(everyone);
        int kind = random.Below(5);
        IReadOnlyList<Address> some = kind switch
        {
            0 => [Address.Of(random.Pick(world.Osds).Id)], // One OSD against all.
            1 => [.. everyone.Take(1)],
            // Clients that don't hear of new maps go on with an old primary.
            4 => [.. world.Clients.Where(_ => random.Chance(0.7)).Select(static c => c.Address)],
            _ => [.. everyone.Take(random.Below(everyone.Count / 2) + 1)],
        };
        IReadOnlyList<Address> others = kind == 1
            ? [everyone[^1]] // One link.
            : kind == 4 ? [Address.Monitor]
            // Often an OSD loses its peers but not the monitor and clients: a primary that does not know it was replaced.
            : [.. everyone.Except(some).Where(o => kind != 3 || o.Role == Role.Osd)];
        bool there = random.Chance(0.8), back = !there || random.Chance(0.6);
        world.Trace($"network: [{string.Join(' ', some)}] {(there ? "x" : "-")}>{(back ? "<x" : "")} the others{(kind == 3 ? " among OSDs" : kind == 4 ? " mon" : "")}");
        var cut = new List<(Address, Address)>();
        foreach (Address a in some)
        {
            foreach (Address b in others)
            {
                if (there)
                {
                    cut.Add((a, b));
                }

                if (back)
                {
                    cut.Add((b, a));
                }
            }
        }

        cut.ForEach(c => world.Network.Block(c.Item1, c.Item2));
        world.Events.After(random.Between(50_000, lengthMaxUs), () => cut.ForEach(c => world.Network.Unblock(c.Item1, c.Item2)));
    }
}
