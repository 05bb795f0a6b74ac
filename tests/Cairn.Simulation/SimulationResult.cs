using Cairn.Simulation.Checkers;
using Cairn.Simulation.Coverage;
using Cairn.Simulation.History;

namespace Cairn.Simulation;

/// <param name="SimulatedUs">How long it was, in its own time.</param>
public sealed record SimulationResult(
    ulong Seed, IReadOnlyList<Violation> Violations, int Operations, long Events, long SimulatedUs, CoverageCounts Coverage, EventTrace Trace);
