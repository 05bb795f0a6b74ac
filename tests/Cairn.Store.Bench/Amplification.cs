using Cairn.Objects.Transactions;

namespace Cairn.Store.Bench;

/// <summary>
/// Bytes written to the disk for each byte of endless random 4 KiB overwrites (WAL, moving, index and cleaning counted), and the latency, by
/// how full the store is.
/// </summary>
internal static class Amplification
{
    private const int Writers = 16;

    public static async Task RunAsync(BenchOptions options, Report report)
    {
        var store = new StoreOptions { CapacityBytes = options.Quick ? 512L << 20 : 2L << 30 };
        double empty = 0;
        foreach (int percent in (int[])[5, 50, 80, 90])
        {
            await using BenchStore bench = await BenchStore.CreateAsync(options.Directory, store);
            int objects = await FillAsync(bench, bench.Store.Usage.TotalBytes / 100 * percent);
            byte[] piece = new byte[4096];
            Task Write() => bench.WriteAsync(Random.Shared.Next(objects), (ulong)Random.Shared.Next(256) * 4096, piece);

            // Until what was written in one go is scattered: the cleaner has its steady work only then. By writes, not by time: it works in turns.
            long allOnce = objects * 256L;
            await BenchStore.RunAsync(Writers, allOnce * 3 / 2, Write);
            var latency = new List<double>();
            var factor = new List<double>();
            for (int round = 0; round < options.Rounds; round++)
            {
                long before = bench.Store.BytesWritten;
                Result result = await BenchStore.RunAsync(Writers, allOnce / 2, Write);
                latency.Add(result.P50);
                factor.Add((bench.Store.BytesWritten - before) / (result.Count * 4096.0));
            }

            empty = percent == 5 ? latency.Order().ElementAt(latency.Count / 2) : empty;
            report.Add($"{percent} % full: bytes written for each", factor, "x", percent == 80 ? 3 : null, atMost: true);
            report.Add($"{percent} % full: median latency / empty", latency.Select(l => l / empty), "x", percent == 80 ? 2 : null, atMost: true);
        }
    }

    private static async Task<int> FillAsync(BenchStore bench, long bytes)
    {
        byte[] data = new byte[1 << 20];
        Random.Shared.NextBytes(data);
        int objects = 0;
        for (; bench.Store.Usage.DataBytes < bytes; objects++)
        {
            try
            {
                await bench.WriteAsync(objects, 0, data);
            }
            catch (StoreFullException e)
            {
                Console.WriteLine($"  full earlier, at {objects} MiB: {e.Message}");
                break;
            }
        }

        return objects;
    }
}
