using System.Diagnostics;
using Cairn.Maps;

namespace Cairn.Benchmarks.Crush;

/// <summary>A quick look, in seconds rather than minutes: the best of many short runs, which a busy machine disturbs least.</summary>
internal static class CrushSpeed
{
    public static void Print(TextWriter output)
    {
        output.WriteLine("CRUSH mappings/s, one core, best of 40 runs (goal: 2,688,000 on 5x5x4, 652,000 on 25x20x20)");
        foreach (string map in new[] { "5x5x4", "25x20x20", "25x20x20 uneven" })
        {
            foreach (string mode in new[] { "firstn", "indep" })
            {
                var benchmark = new CrushMappingBenchmarks { Map = map, Mode = mode };
                benchmark.Setup();
                double many = Best(40, () => benchmark.Many());
                double one = Best(40, () => benchmark.OneByOne());
                output.WriteLine($"  {map,-16} {mode,-7} many {4096 / many,12:N0}   one by one {4096 / one,12:N0}");
            }
        }

        var pool = new PoolMappingBenchmarks();
        pool.Setup();
        output.WriteLine("500,000 PGs of size 3 on 10,000 OSDs, one core, best of 8 runs (goal: under 1 s)");
        output.WriteLine($"  whole pool {Best(8, () => pool.WholePool()) * 1000:N0} ms");
        output.WriteLine($"  after one OSD is marked out {Best(8, () => pool.AfterOneOsdIsMarkedOut()) * 1000:N0} ms");
        output.WriteLine($"  after one OSD is down {Best(8, () => pool.AfterOneOsdIsDown()) * 1000:N0} ms");
    }

    private static double Best(int runs, Func<int> work)
    {
        double best = double.MaxValue;
        for (int i = 0; i < runs; i++)
        {
            long start = Stopwatch.GetTimestamp();
            work();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }
}
