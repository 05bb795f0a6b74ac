using System.Globalization;
using Cairn.Maps;
using Cairn.Pg;
using Cairn.Simulation.Checkers;
using Cairn.Simulation.Chance;
using Cairn.Simulation.Cluster;
using Cairn.Simulation.Faults;
using Cairn.Simulation.History;

namespace Cairn.Simulation;

/// <summary>Runs one cluster through one history, and judges it. The same seed gives the same history.</summary>
public sealed class Simulation
{
    /// <summary>The one pool of a simulation.</summary>
    public const long PoolId = 1;

    /// <summary>Far above what the busiest seeds need: more is something going round in circles.</summary>
    private const long EventsMax = 20_000_000;

    private readonly Scenario _scenario;
    private readonly World _world;
    private readonly QueueWatch _queues = new();
    private readonly ReplicaWatch _replicas = new();
    private readonly SeededRandom _random;
    private readonly List<Violation> _violations = [];

    private Simulation(ulong seed, Scenario scenario, EventTrace trace)
    {
        _scenario = scenario;
        _random = new SeededRandom(seed);
        _world = new World(_random.NextULong(), scenario.Cluster, trace);
    }

    /// <param name="traceLines">How many lines of what happened to keep; it costs time.</param>
    public static SimulationResult Run(ulong seed, Scenario scenario, int traceLines = 0)
    {
        var trace = new EventTrace(traceLines);
        var simulation = new Simulation(seed, scenario, trace);
        try
        {
            simulation.Run();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Whatever the core throws would have stopped a daemon.
            simulation._violations.Add(new Violation("no daemon stops by itself", e.ToString()));
        }

        World world = simulation._world;
        return new SimulationResult(
            seed, simulation._violations, world.Operations.Count, world.Events.Happened, world.Events.NowUs, world.Coverage, trace);
    }

    private void Run()
    {
        _world.Events.After(1_000_000, CreatePool);
        _queues.Start(_world);
        _replicas.Start(_world);
        RunUntil(4_000_000);
        long faultsEnd = _world.Events.NowUs + _scenario.FaultsUs;
        _scenario.Workload.Start(_world, _random.Fork(), PoolId, faultsEnd + 5_000_000);
        foreach (IFault fault in _scenario.Faults)
        {
            fault.Start(_world, _random.Fork(), faultsEnd);
        }

        RunUntil(faultsEnd);
        _world.Trace("faults end");
        foreach (IFault fault in _scenario.Faults)
        {
            fault.Heal(_world);
        }

        if (!RunUntilCalm(faultsEnd + _scenario.CleanWithinUs))
        {
            _violations.AddRange(_world.Peering.Check(_world));
            return;
        }

        foreach (IFault fault in _scenario.Faults)
        {
            fault.Mend(_world);
        }

        // Before the last reads: they put right what a repair has left.
        RunUntil(_world.Events.NowUs + 5_000_000);
        _violations.AddRange(new RotChecker().Check(_world));
        _scenario.Workload.Finish(_world, PoolId);
        if (!RunUntilCalm(_world.Events.NowUs + _scenario.CleanWithinUs))
        {
            return;
        }

        RunUntil(_world.Events.NowUs + 5_000_000); // Histories are shared, logs trimmed, strays removed.
        foreach (IChecker checker in Checkers())
        {
            _violations.AddRange(checker.Check(_world));
        }
    }

    private IEnumerable<IChecker> Checkers()
    {
        if (!_scenario.IsDisaster)
        {
            yield return new LinearizabilityChecker();
            yield return new VersionChecker();
        }

        yield return _world.Peering;
        yield return _replicas;
        yield return new ReplicaChecker();
        yield return new RotChecker();
        yield return new StrayChecker();
        yield return new LogChecker(history: !_scenario.IsDisaster);
        yield return _queues;
    }

    private void CreatePool() => _world.Monitor.Order(
        MonitorCommands.CreatePool("sim", _scenario.Cluster.PgCount, _scenario.Cluster.PoolSize, _scenario.Cluster.PoolMinSize));

    // Calm: clean, everything answered, for a little while.
    private bool RunUntilCalm(long untilUs)
    {
        int calm = 0;
        while (_world.Events.NowUs < untilUs)
        {
            RunUntil(_world.Events.NowUs + 500_000);
            calm = _world.IsClean && _world.Clients.All(static c => c.PendingCount == 0) && _world.Operations.Count > 0 ? calm + 1 : 0;
            if (calm >= 4 && _world.Events.NowUs > _scenario.FaultsUs + 10_000_000)
            {
                return true;
            }
        }

        if (_scenario.IsDisaster && _world.PgsNotClean().All(pg => _world.Stats.TryGetValue(pg, out var stats) && stats.State.Contains("incomplete", StringComparison.Ordinal)))
        {
            return false; // The last whole copy is gone, half filled ones are left: as it must, the PG waits for an admin.
        }

        foreach (PgId pg in _world.PgsNotClean())
        {
            string state = _world.Stats.TryGetValue(pg, out var stats)
                ? $"{stats.State}, reported by {stats.ReportedBy}, degraded {stats.Degraded}, misplaced {stats.Misplaced}, unfound {stats.Unfound}, waiting {stats.WaitingOps}, blocked by [{string.Join(' ', stats.BlockedBy)}]"
                : "never reported";
            PgMapping mapping = _world.Placement.Map(_world.Monitor.Map, pg);
            _violations.Add(new Violation("becomes clean", $"pg {pg} is not clean in time: {state}; up [{string.Join(' ', mapping.Up)}] acting [{string.Join(' ', mapping.Acting)}]"));
        }

        foreach (PgStats waiting in _world.Stats.Values.Where(static s => s.WaitingOps > 0))
        {
            _world.Trace($"pg {waiting.Pg} {waiting.State} on {waiting.ReportedBy}: {waiting.WaitingOps} operations wait");
        }

        foreach (SimClient client in _world.Clients.Where(static c => c.PendingCount > 0))
        {
            _violations.Add(new Violation("operations are answered", string.Create(CultureInfo.InvariantCulture, $"client.{client.Number} still waits for {client.PendingCount} answers: {string.Join("; ", client.PendingOperations.Select(OperationText.Of))}")));
        }

        return false;
    }

    private void RunUntil(long untilUs)
    {
        _world.Events.RunUntil(untilUs);
        Invariant.Require(_world.Events.Happened < EventsMax, "the cluster does endless work");
    }
}
