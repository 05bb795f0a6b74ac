using System.Diagnostics;
using System.Text.Json;

namespace Cairn.Store.Bench;

/// <summary>What a child of <see cref="Scale"/> tells of one step, a line of JSON each.</summary>
/// <param name="Objects">In the store then.</param>
/// <param name="Seconds">Of the step.</param>
/// <param name="CpuSeconds">Of the step, all threads.</param>
/// <param name="MiB">Resident after it.</param>
/// <param name="PeakMiB">Resident at most since the process began.</param>
internal sealed record ScaleFigures(string Step, long Objects, double Seconds, double CpuSeconds, double MiB, double PeakMiB)
{
    /// <summary>Milliseconds that one operation took; zero if the step was not made of operations.</summary>
    public double P50 { get; init; }

    public double P99 { get; init; }

    public double Longest { get; init; }

    /// <summary>Of the collector's heap after its last collection.</summary>
    public double HeapMiB { get; init; }

    /// <summary>What that heap has of the machine.</summary>
    public double CommittedMiB { get; init; }

    /// <summary>Runs a step and measures it.</summary>
    public static async Task<ScaleFigures> MeasureAsync(string step, Func<Task<(long Objects, Waits Waits)>> work)
    {
        using Process self = Process.GetCurrentProcess();
        TimeSpan cpu = self.TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        (long objects, Waits waits) = await work();
        double seconds = watch.Elapsed.TotalSeconds;
        self.Refresh();
        GCMemoryInfo memory = GC.GetGCMemoryInfo(GCKind.Any);
        return new ScaleFigures(
            step, objects, seconds, (self.TotalProcessorTime - cpu).TotalSeconds, self.WorkingSet64 / 1048576.0, self.PeakWorkingSet64 / 1048576.0)
        {
            HeapMiB = (memory.HeapSizeBytes - memory.FragmentedBytes) / 1048576.0,
            CommittedMiB = memory.TotalCommittedBytes / 1048576.0,
            P50 = waits.Quantile(0.5),
            P99 = waits.Quantile(0.99),
            Longest = waits.Longest,
        };
    }

    public void Print() => Console.WriteLine(JsonSerializer.Serialize(this));
}
