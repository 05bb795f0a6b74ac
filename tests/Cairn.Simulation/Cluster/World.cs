using Cairn.Maps;
using Cairn.Pg;
using Cairn.Simulation.Chance;
using Cairn.Simulation.Checkers;
using Cairn.Simulation.Coverage;
using Cairn.Simulation.History;
using Cairn.Simulation.Network;
using Cairn.Simulation.Time;

namespace Cairn.Simulation.Cluster;

/// <summary>One simulated cluster: everything there is, in one thread, from one seed.</summary>
public sealed class World
{
    private readonly List<SimClient> _clients = [];

    public World(ulong seed, ClusterOptions options, EventTrace trace)
    {
        Options = options;
        Random = new SeededRandom(seed);
        Log = trace;
        Network = new SimNetwork(Events, Random.Fork(), options.Network);
        Operations = new OperationHistory(Events);
        Monitor = new SimMonitor(this);
        Osds = [.. Enumerable.Range(0, options.OsdCount).Select(i => new SimOsd(this, new OsdId(i)))];
        foreach (SimOsd osd in Osds)
        {
            osd.Start();
        }
    }

    public ClusterOptions Options { get; }

    public EventQueue Events { get; } = new();

    public SeededRandom Random { get; }

    public SimNetwork Network { get; }

    public SimMonitor Monitor { get; }

    public IReadOnlyList<SimOsd> Osds { get; }

    public IReadOnlyList<SimClient> Clients => _clients;

    public Placement Placement { get; } = new();

    public OperationHistory Operations { get; }

    public CoverageCounts Coverage { get; } = new();

    public EventTrace Log { get; }

    public PeeringWatch Peering { get; } = new();

    /// <summary>The newest report on each PG, as the monitor would have it.</summary>
    public SortedDictionary<PgId, PgStats> Stats { get; } = [];

    public IEnumerable<Address> Subscribers => Osds.Select(static o => o.Address).Concat(_clients.Select(static c => c.Address));

    public SimClient AddClient()
    {
        var client = new SimClient(this, _clients.Count);
        _clients.Add(client);
        return client;
    }

    public IMapSubscriber SubscriberAt(Address address) => address.Role == Role.Osd ? Osds[address.Number] : _clients[address.Number];

    public void Report(PgStats stats)
    {
        Coverage.Count("state", stats.State);
        if (!Stats.TryGetValue(stats.Pg, out PgStats? known)
            || (stats.ReportedEpoch, stats.ReportedSequence).CompareTo((known.ReportedEpoch, known.ReportedSequence)) >= 0
            || stats.ReportedEpoch > known.ReportedEpoch)
        {
            Stats[stats.Pg] = stats;
        }
    }

    /// <summary>Whether every PG of every pool is active and clean by a report of its present primary.</summary>
    public bool IsClean => PgsNotClean().Count == 0;

    public IReadOnlyList<PgId> PgsNotClean()
    {
        OsdMap map = Monitor.Map;
        return [.. map.Pools.Values.SelectMany(static p => Enumerable.Range(0, (int)p.PgNum).Select(s => new PgId(p.Id, (uint)s)))
            .Where(pg => !Stats.TryGetValue(pg, out PgStats? stats) || !stats.State.Contains("active+clean", StringComparison.Ordinal)
                || stats.ReportedBy != Placement.Map(map, pg).ActingPrimary)];
    }

    public void Trace(string text) => Log.Add(Events.NowUs, text);
}
