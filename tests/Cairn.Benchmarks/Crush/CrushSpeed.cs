using System.Diagnostics;
using Cairn.Maps;

namespace Cairn.Benchmarks.Crush;

/// <summary>A quick look, in seconds rather than minutes: the best of many short runs, which a busy machine disturbs least.</summary>
internal static class CrushSpeed
{
    public static void Print(TextWriter output)
    {
        output.WriteLine("CRUSH mappings/s, one core, best run of 3 s (goal: 2,688,000 on 5x5x4, 652,000 on 25x20x20)");
        foreach (string map in new[] { "5x5x4", "25x20x20", "25x20x20 uneven" })
        {
            foreach (string mode in new[] { "firstn", "indep" })
            {
                var benchmark = new CrushMappingBenchmarks { Map = map, Mode = mode };
                benchmark.Setup();
                double many = Best(() => benchmark.Many());
                double one = Best(() => benchmark.OneByOne());
                output.WriteLine($"  {map,-16} {mode,-7} many {4096 / many,12:N0}   one by one {4096 / one,12:N0}");
            }
        }

        var pool = new PoolMappingBenchmarks();
        pool.Setup();
        output.WriteLine("500,000 PGs of size 3 on 10,000 OSDs, one core, best run of 3 s (goal: under 1 s)");
        output.WriteLine($"  whole pool {Best(() => pool.WholePool()) * 1000:N0} ms");
        output.WriteLine($"  after one OSD is marked out {Best(() => pool.AfterOneOsdIsMarkedOut()) * 1000:N0} ms");
        output.WriteLine($"  after one OSD is down {Best(() => pool.AfterOneOsdIsDown()) * 1000:N0} ms");
    }

    private static double Best(Func<int> work)
    {
        double best = double.MaxValue;
        // By time, not by count: the runtime compiles anew, and for good, what was called often, and only after a while.
        for (long began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began).TotalSeconds < 3;)
        {
            long start = Stopwatch.GetTimestamp();
            work();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }
}
