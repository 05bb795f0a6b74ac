using Cairn.Pg;
using Cairn.Simulation.Cluster;

namespace Cairn.Simulation.Checkers;

/// <summary>Nothing grows without bound: looked at all along, and empty in the end.</summary>
public sealed class QueueWatch : IChecker
{
    private const long LookUs = 1_000_000;

    /// <summary>Above what the workloads can have under way with all their resends.</summary>
    private const int WaitingMax = 2_000;

    private readonly List<Violation> _found = [];

    public void Start(World world) => world.Events.After(LookUs, () =>
    {
        foreach (var (osd, host) in Hosts(world))
        {
            Look(osd, host.Pg.Core);
        }

        Start(world);
    });

    public IEnumerable<Violation> Check(World world)
    {
        foreach (var (osd, host) in Hosts(world))
        {
            PgCore pg = host.Pg.Core;
            if (pg.Clients.WaitingCount + pg.Replication.InFlightCount + pg.Recovery.Count > 0)
            {
                _found.Add(new Violation("queues run empty",
                    $"{osd.Id} pg {pg.Id}: {pg.Clients.WaitingCount} operations wait, {pg.Replication.InFlightCount} writes and {pg.Recovery.Count} recoveries are under way"));
            }
        }

        return _found;
    }

    private void Look(SimOsd osd, PgCore pg)
    {
        int dupsMax = pg.Options.DupsTracked + pg.Options.LogTrimBatch;
        bool isFine = pg.Clients.WaitingCount < WaitingMax && pg.Durability.Count < WaitingMax
            && (pg.Log.DupCount <= dupsMax || pg.Log.Count + pg.Log.DupCount <= 2 * dupsMax);
        if (!isFine && _found.Count == 0)
        {
            _found.Add(new Violation("queues are bounded",
                $"{osd.Id} pg {pg.Id}: {pg.Clients.WaitingCount} operations, {pg.Durability.Count} transactions, {pg.Log.Count} log entries, {pg.Log.DupCount} dups"));
        }
    }

    private static IEnumerable<(SimOsd Osd, PgHost Host)> Hosts(World world) =>
        world.Osds.SelectMany(static o => o.Process?.Pgs.Select(p => (o, p)) ?? []);
}
