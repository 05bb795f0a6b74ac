using Cairn.Maps;
using Cairn.Pg;
using Cairn.Simulation.Cluster;
using Cairn.Simulation.Stores;

namespace Cairn.Simulation.Checkers;

/// <summary>
/// All along: wherever a primary holds its PG for clean and has no write under way, every copy of its interval is equal. What went wrong in the middle
/// of a history may have been written over by its end.
/// </summary>
public sealed class ReplicaWatch : IChecker
{
    private const long LookUs = 5_000_000;

    private readonly List<Violation> _found = [];

    public void Start(World world) => world.Events.After(LookUs, () =>
    {
        if (_found.Count == 0)
        {
            Look(world);
        }

        Start(world);
    });

    public IEnumerable<Violation> Check(World world) => _found;

    private void Look(World world)
    {
        foreach (SimOsd osd in world.Osds)
        {
            foreach (PgHost host in osd.Process?.Pgs ?? [])
            {
                PgCore pg = host.Pg.Core;
                if (pg is { IsPrimary: true, IsActive: true, Progress.IsClean: true, Replication.InFlightCount: 0 })
                {
                    Compare(world, osd, pg);
                }
            }
        }
    }

    private void Compare(World world, SimOsd primary, PgCore pg)
    {
        ModelCollection first = primary.Disk.Store.Content[pg.Id];
        foreach (OsdId replica in pg.Replicas)
        {
            SimOsd osd = world.Osds[replica.Value];
            bool isOfThisInterval = osd.Process?.Find(pg.Id) is { } host && host.Pg.Interval.Since == pg.Interval.Since;
            if (isOfThisInterval && osd.Disk.Store.Content.TryGetValue(pg.Id, out ModelCollection? copy) && ReplicaChecker.Difference(first, copy) is { } difference)
            {
                _found.Add(new Violation("replicas are equal",
                    FormattableString.Invariant($"after {world.Events.NowUs / 1e6} s, pg {pg.Id} is clean, but {primary.Id} and {replica} differ: {difference}")));
                return;
            }
        }
    }
}
