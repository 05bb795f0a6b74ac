using System.Globalization;

namespace Cairn.Simulation;

/// <summary>A failed seed for people: what was broken, how to replay it, and a file with everything that happened.</summary>
public static class SeedReport
{
    private const int LinesMax = 200_000;

    public static void Write(SimulationResult result, ScenarioLimits limits, string folder)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"seed-{result.Seed}.txt"));
        SimulationResult replay = Simulation.Run(result.Seed, Scenario.FromSeed(result.Seed, limits), LinesMax);
        File.WriteAllLines(path, replay.Trace.Lines.Concat(replay.Violations.Select(static v => $"VIOLATED {v}")));
        Console.WriteLine($"seed {result.Seed} FAILED; replay: scripts/soak sim --seed {result.Seed}{limits}; what happened: {path}");
        if (replay.Violations.Count != result.Violations.Count)
        {
            Console.WriteLine($"  and it did not replay: {result.Violations.Count} violations, then {replay.Violations.Count}");
        }

        foreach (var violation in result.Violations.Take(5))
        {
            string text = violation.ToString();
            Console.WriteLine("  " + (text.Length > 600 ? text[..600] + " ..." : text));
        }
    }
}
