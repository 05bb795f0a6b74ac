using System.Globalization;
using Cairn.Cli.Shell;

namespace Cairn.Cli.Bench;

/// <summary>What a benchmark measured. Latencies in milliseconds.</summary>
internal sealed record BenchReport(
    string Work, int Size, int InFlight, double Seconds, long Ops, long Errors, double OpsPerSecond, double MibPerSecond,
    double MeanMs, double P50Ms, double P90Ms, double P99Ms, double P999Ms, double MaxMs,
    double LongestStallMs, double ClientCpuUsPerOp, long? Verified, long? Mismatches, string? FirstError)
{
    public void Write(TextWriter output)
    {
        static string Ms(double ms) => ms.ToString(ms < 10 ? "0.000" : "0.0", CultureInfo.InvariantCulture) + " ms";
        output.WriteLine($"{Work} of {Units.Bytes(Size)}, {InFlight} in flight, {Units.Number(Seconds, "0.0")} s");
        output.WriteLine($"  ops        {Ops}{(Errors > 0 ? $", and {Errors} failed: {FirstError}" : "")}");
        output.WriteLine($"  rate       {Units.Number(OpsPerSecond, "0")} ops/s, {Units.Number(MibPerSecond, "0.0")} MiB/s");
        output.WriteLine($"  latency    mean {Ms(MeanMs)}  p50 {Ms(P50Ms)}  p90 {Ms(P90Ms)}  p99 {Ms(P99Ms)}  p99.9 {Ms(P999Ms)}  max {Ms(MaxMs)}");
        output.WriteLine($"  stall      {Ms(LongestStallMs)}: longest time without any operation finishing");
        output.WriteLine($"  client CPU {Units.Number(ClientCpuUsPerOp, "0.0")} us an operation");
        if (Verified is { } verified)
        {
            output.WriteLine($"  verified   {verified} objects, {Mismatches} differ{(Mismatches > 0 ? $": {FirstError}" : "")}");
        }
    }
}
