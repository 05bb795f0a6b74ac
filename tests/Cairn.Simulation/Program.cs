using System.Diagnostics;
using System.Globalization;
using Cairn.Simulation;
using Cairn.Simulation.Coverage;

// scripts/soak sim: many seeds, one after another on each thread.
SoakArguments? arguments = SoakArguments.Parse(args, out string error);
if (arguments is null)
{
    Console.Error.WriteLine(error);
    return 2;
}

var clock = Stopwatch.StartNew();
var coverage = new CoverageCounts();
ulong next = arguments.FirstSeed;
long histories = 0, operations = 0, failures = 0, simulatedUs = 0;
object gate = new();

var threads = Enumerable.Range(0, arguments.Threads).Select(_ => new Thread(Work, 16 << 20)).ToList();
threads.ForEach(static t => t.Start());
threads.ForEach(static t => t.Join());

double minutes = clock.Elapsed.TotalMinutes;
if (arguments.WithCoverage)
{
    foreach (var (kind, name, count) in coverage.Counts)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kind,-8} {count,12} {name}"));
    }

    foreach (string path in ExpectedPaths.NeverEntered(coverage, fewHistories: false))
    {
        Console.WriteLine($"NEVER ENTERED {path}");
    }
}

Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
    $"{histories} histories, {operations} operations, {simulatedUs / 3.6e9:F1} simulated hours in {minutes:F1} min ({histories / minutes:F0} a minute); {failures} failed"));
return failures == 0 ? 0 : 1;

void Work()
{
    while (true)
    {
        ulong seed;
        lock (gate)
        {
            if (next - arguments.FirstSeed >= arguments.Seeds || clock.Elapsed.TotalMinutes >= arguments.Minutes || failures >= arguments.FailuresMax)
            {
                return;
            }

            seed = next++;
        }

        SimulationResult result = Simulation.Run(seed, Scenario.FromSeed(seed, arguments.Limits));
        lock (gate)
        {
            histories++;
            operations += result.Operations;
            simulatedUs += result.SimulatedUs;
            coverage.Add(result.Coverage);
            if (result.Violations.Count > 0)
            {
                failures++;
                SeedReport.Write(result, arguments.Limits, arguments.ReportFolder);
            }
        }
    }
}
