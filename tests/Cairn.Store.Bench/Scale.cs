using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Cairn.Store.Bench;

/// <summary>
/// Whether many millions of small objects fit the memory of one OSD: resident memory, rates and the longest waits while they are written, after
/// a kill and after a clean stop, each in a process of its own. Asked for by name only: ten million objects take a quarter of an hour and 20 GB.
/// </summary>
internal static class Scale
{
    private const int StandardObjects = 10_000_000;
    private const double MemoryTargetMiB = 512;

    /// <summary>An idle OSD's memory without its store's: it counts towards the target as well.</summary>
    private const double ProgramMiB = 55;

    public static async Task RunAsync(BenchOptions options, Report report)
    {
        int objects = options.Objects ?? StandardObjects;
        string[] milestones =
        [
            .. ((int[])[objects / 10, objects / 5, objects / 2, objects]).Select(static m => m.ToString(CultureInfo.InvariantCulture)),
        ];
        string directory = Path.Combine(options.Directory, $"store-bench-{Guid.NewGuid():n}");
        try
        {
            await ChildAsync("fill", directory, milestones, kill: true, report, "");
            await ChildAsync("use", directory, milestones, kill: false, report, "after kill -9: ");
            await ChildAsync("open", directory, milestones, kill: false, report, "after a stop: ");
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task ChildAsync(string what, string directory, string[] milestones, bool kill, Report report, string when)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Scale).Assembly.Location, "child-scale", what, directory, .. milestones])
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        start.Environment["DOTNET_gcConcurrent"] = "0"; // As an OSD has it.
        using Process child = Process.Start(start)!;
        while (true)
        {
            string line = await child.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"the child that should {what} ended early");
            if (line == "done")
            {
                break;
            }

            Tell(JsonSerializer.Deserialize<ScaleFigures>(line)!, report, when);
        }

        var watch = Stopwatch.StartNew();
        if (kill)
        {
            child.Kill();
        }
        else
        {
            child.StandardInput.Close();
        }

        await child.WaitForExitAsync();
        if (!kill)
        {
            report.Add($"{when}stopping", [watch.Elapsed.TotalSeconds], "s");
        }
    }

    private static void Tell(ScaleFigures figures, Report report, string when)
    {
        string name = $"{when}{figures.Step}, {figures.Objects / 1e6:0.##} M";
        report.Add($"{name}: time", [figures.Seconds], "s");
        report.Add($"{name}: CPU", [figures.CpuSeconds], "s");
        report.Add($"{name}: memory", [figures.MiB], "MiB", MemoryTargetMiB - ProgramMiB, atMost: true);
        report.Add($"{name}: memory, at most", [figures.PeakMiB], "MiB", MemoryTargetMiB - ProgramMiB, atMost: true);
        report.Add($"{name}: heap after the last collection", [figures.HeapMiB], "MiB");
        report.Add($"{name}: heap with what is free in it", [figures.CommittedMiB], "MiB");
        if (figures.P50 > 0)
        {
            report.Add($"{name}: an operation, median", [figures.P50], "ms");
            report.Add($"{name}: an operation, 99 %", [figures.P99], "ms");
            report.Add($"{name}: the longest operation", [figures.Longest], "ms");
        }
    }
}
