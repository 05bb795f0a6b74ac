namespace Cairn.Simulation.Tests;

public sealed class SeedTests
{
    /// <summary>Other seeds than a soak from 1 sees.</summary>
    private const ulong FirstSeed = 900_000;

    [Fact]
    public void Many_short_histories_break_no_promise()
    {
        var failed = new System.Collections.Concurrent.ConcurrentBag<string>();
        Parallel.For(0, 120, i =>
        {
            ulong seed = FirstSeed + (ulong)i;
            SimulationResult result = Simulation.Run(seed, Scenario.FromSeed(seed));
            if (result.Violations.Count > 0)
            {
                failed.Add($"scripts/soak sim --seed {seed}: {result.Violations[0]}");
            }
        });
        Assert.True(failed.IsEmpty, string.Join('\n', failed.Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void The_same_seed_gives_the_same_history()
    {
        SimulationResult first = Simulation.Run(7, Scenario.FromSeed(7));
        SimulationResult second = Simulation.Run(7, Scenario.FromSeed(7));
        Assert.Equal(first.Trace.Checksum, second.Trace.Checksum);
        Assert.Equal(first.Events, second.Events);
    }

    [Fact]
    public void Another_seed_gives_another_history() => Assert.NotEqual(
        Simulation.Run(7, Scenario.FromSeed(7)).Trace.Checksum, Simulation.Run(8, Scenario.FromSeed(8)).Trace.Checksum);
}
