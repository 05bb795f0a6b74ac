namespace Cairn.Simulation;

/// <summary>The way in for a simulator that was loaded around a mutated core: nothing but types of the runtime crosses the border.</summary>
public static class MutantEntry
{
    /// <returns>What was found wrong, or null.</returns>
    public static string? Run(ulong seed) => Simulation.Run(seed, Scenario.FromSeed(seed)).Violations.FirstOrDefault()?.ToString();
}
