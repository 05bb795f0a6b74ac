using System.Collections.Concurrent;
using Cairn.Simulation.Coverage;

namespace Cairn.Simulation.Tests;

public sealed class SeedTests(SeedTests.Histories histories) : IClassFixture<SeedTests.Histories>
{
    [Fact]
    public void Many_short_histories_break_no_promise() => Assert.True(histories.Failed.Count == 0, string.Join('\n', histories.Failed));

    [Fact]
    public void The_same_histories_enter_every_common_state_and_path() => Assert.Empty(ExpectedPaths.NeverEntered(histories.Coverage, fewHistories: true));

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

    /// <summary>Run once for all tests.</summary>
    public sealed class Histories
    {
        /// <summary>Other seeds than a soak from 1 sees.</summary>
        private const ulong FirstSeed = 900_000;

        private const int Count = 150;

        public Histories()
        {
            var failed = new ConcurrentBag<string>();
            Parallel.For(0, Count, i =>
            {
                ulong seed = FirstSeed + (ulong)i;
                SimulationResult result = Simulation.Run(seed, Scenario.FromSeed(seed));
                if (result.Violations.Count > 0)
                {
                    failed.Add($"scripts/soak sim --seed {seed}: {result.Violations[0]}");
                }

                lock (Coverage)
                {
                    Coverage.Add(result.Coverage);
                }
            });
            Failed = [.. failed.Order(StringComparer.Ordinal)];
        }

        public IReadOnlyList<string> Failed { get; }

        public CoverageCounts Coverage { get; } = new();
    }
}
