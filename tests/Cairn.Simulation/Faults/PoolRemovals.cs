using System.Globalization;
using Cairn.Maps;
using Cairn.Simulation.Chance;
using Cairn.Simulation.Cluster;
using Cairn.Simulation.Workloads;

namespace Cairn.Simulation.Faults;

/// <summary>Makes a second pool, has it written to, and removes it in the middle of that.</summary>
public sealed class PoolRemovals(long meanGapUs, long lifeMaxUs) : RepeatedFault(meanGapUs)
{
    private readonly List<string> _names = [];

    public override void Heal(World world) => _names.ForEach(n => world.Monitor.Order(MonitorCommands.RemovePool(n)));

    protected override void Strike(World world, SeededRandom random, long untilUs)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"scratch-{_names.Count}");
        _names.Add(name);
        world.Monitor.Order(MonitorCommands.CreatePool(name, (uint)random.Between(1, 3), size: 3, minSize: 2));
        long life = random.Between(2_000_000, lifeMaxUs);
        world.Events.After(1_000_000, () =>
        {
            if (world.Monitor.Map.FindPool(name) is { } pool)
            {
                new ObjectWorkload(Clients: 1, Objects: 4, Outstanding: 2, ThinkMaxUs: 300_000, LargeBytes: 6_000)
                    .Start(world, random.Fork(), pool.Id, world.Events.NowUs + life + 1_000_000);
            }
        });
        world.Events.After(life, () => world.Monitor.Order(MonitorCommands.RemovePool(name)));
    }
}
