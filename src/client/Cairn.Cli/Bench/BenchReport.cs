using System.Globalization;
using Cairn.Cli.Shell;

namespace Cairn.Cli.Bench;

/// <summary>What a benchmark measured. Latencies in milliseconds.</summary>
internal sealed record BenchReport
{
    public required string Work { get; init; }

    public required string Pattern { get; init; }

    /// <summary>Of an object.</summary>
    public required int Size { get; init; }

    public required int OpSize { get; init; }

    public required int InFlight { get; init; }

    public required int Threads { get; init; }

    public required int Namespaces { get; init; }

    public required double WarmUpSeconds { get; init; }

    public required double Seconds { get; init; }

    public required long Ops { get; init; }

    public long Errors { get; init; }

    public string? FirstError { get; init; }

    public required double OpsPerSecond { get; init; }

    public required double MibPerSecond { get; init; }

    public required double MeanMs { get; init; }

    public required double P50Ms { get; init; }

    public required double P90Ms { get; init; }

    public required double P99Ms { get; init; }

    public required double P999Ms { get; init; }

    public required double MaxMs { get; init; }

    /// <summary>The longest time without any operation finishing.</summary>
    public double LongestStallMs { get; init; }

    /// <summary>Operations of the slowest client over those of the mean one.</summary>
    public required double SlowestThreadShare { get; init; }

    public required IReadOnlyList<HistogramBar> Histogram { get; init; }

    /// <summary>Every process that answered, the client among them.</summary>
    public required IReadOnlyList<ProcessCost> Processes { get; init; }

    public required double ClientCpuUsPerOp { get; init; }

    /// <summary>All processes together.</summary>
    public required double CpuUsPerOp { get; init; }

    public long? Verified { get; init; }

    public long? Mismatches { get; init; }

    public static BenchReport Of(
        string work, BenchOptions options, TimeSpan took, long done, LatencyHistogram latencies, IReadOnlyList<ProcessCost> costs, long[] doneByThread)
    {
        static double Ms(double microseconds) => Math.Round(microseconds / 1000, 4);
        double rate = done / took.TotalSeconds;
        return new BenchReport
        {
            Work = work,
            Pattern = options.Pattern.ToString().ToLowerInvariant(),
            Size = options.Size,
            OpSize = options.OpSize,
            InFlight = options.InFlight,
            Threads = options.Threads,
            Namespaces = options.Namespaces,
            WarmUpSeconds = options.WarmUp.TotalSeconds,
            Seconds = Math.Round(took.TotalSeconds, 3),
            Ops = done,
            OpsPerSecond = Math.Round(rate, 1),
            MibPerSecond = Math.Round(rate * options.OpSize / (1 << 20), 2),
            MeanMs = Ms(latencies.MeanMicroseconds),
            P50Ms = Ms(latencies.Percentile(0.50)),
            P90Ms = Ms(latencies.Percentile(0.90)),
            P99Ms = Ms(latencies.Percentile(0.99)),
            P999Ms = Ms(latencies.Percentile(0.999)),
            MaxMs = Ms(latencies.MaxMicroseconds),
            SlowestThreadShare = done == 0 ? 0 : Math.Round(doneByThread.Min() * (double)doneByThread.Length / done, 3),
            Histogram = [.. latencies.ByPowersOfTwo().Select(static b => new HistogramBar(Ms(b.BelowMicroseconds), b.Count))],
            Processes = costs,
            ClientCpuUsPerOp = Math.Round(costs.Where(static c => c.Name == "client").Sum(static c => c.CpuUsPerOp), 2),
            CpuUsPerOp = Math.Round(costs.Sum(static c => c.CpuUsPerOp), 2),
        };
    }

    public void Write(TextWriter output)
    {
        static string Ms(double ms) => ms.ToString(ms < 10 ? "0.000" : "0.0", CultureInfo.InvariantCulture) + " ms";
        string piece = OpSize == Size ? "" : $", {Units.Bytes(OpSize)} an operation";
        output.WriteLine($"{Work}, {Pattern}, objects of {Units.Bytes(Size)}{piece}, {InFlight} in flight{(Threads > 1 ? $" by {Threads} clients" : "")}, {Units.Number(Seconds, "0.0")} s");
        output.WriteLine($"  ops        {Ops}{(Errors > 0 ? $", and {Errors} failed: {FirstError}" : "")}");
        output.WriteLine($"  rate       {Units.Number(OpsPerSecond, "0")} ops/s, {Units.Number(MibPerSecond, "0.0")} MiB/s");
        output.WriteLine($"  latency    mean {Ms(MeanMs)}  p50 {Ms(P50Ms)}  p90 {Ms(P90Ms)}  p99 {Ms(P99Ms)}  p99.9 {Ms(P999Ms)}  max {Ms(MaxMs)}");
        output.WriteLine($"  stall      {Ms(LongestStallMs)}: longest time without any operation finishing");
        if (Threads > 1)
        {
            output.WriteLine($"  fairness   the slowest client did {Units.Number(100 * SlowestThreadShare, "0")} % of the mean");
        }

        output.WriteLine($"  CPU        {Units.Number(CpuUsPerOp, "0.0")} us an operation, all processes");
        foreach (ProcessCost cost in Processes)
        {
            output.WriteLine(
                $"    {cost.Name,-8} {Units.Number(cost.CpuSPer1000Ops, "0.0000")} s per 1000, {Units.Number(cost.PeakMemoryMib, "0")} MiB at most, "
                + $"{cost.Collections} collections ({cost.FullCollections} full) of {Units.Number(cost.PauseMs, "0")} ms, "
                + $"an operation: {Units.Number(cost.AllocatedBytesPerOp, "0")} B allocated, {Units.Number(cost.SendsPerOp)} sends, "
                + $"{Units.Number(cost.ReceivesPerOp)} receives, {Units.Number(cost.WakesPerOp)} wakes");
        }

        if (Verified is { } verified)
        {
            output.WriteLine($"  verified   {verified} pieces, {Mismatches} differ{(Mismatches > 0 ? $": {FirstError}" : "")}");
        }
    }

    /// <summary>How the latencies spread.</summary>
    public void WriteHistogram(TextWriter output)
    {
        const int BarMax = 50;
        long most = Math.Max(1, Histogram.Select(static b => b.Count).DefaultIfEmpty().Max());
        foreach (HistogramBar bar in Histogram)
        {
            output.WriteLine($"  < {Units.Number(bar.BelowMs, "0.###"),9} ms {bar.Count,9} {new string('#', (int)(bar.Count * BarMax / most))}");
        }
    }
}

/// <param name="Count">Operations that took less than this, and not less than the bar before.</param>
internal sealed record HistogramBar(double BelowMs, long Count);
