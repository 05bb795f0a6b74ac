using System.Diagnostics;
using Cairn.Objects.Transactions;

namespace Cairn.Store.Bench;

/// <summary>Many small objects: how long a start takes, and how much memory.</summary>
internal static class ManyObjects
{
    public static async Task Run(string directory, int count)
    {
        var options = new StoreOptions { CapacityBytes = 20L << 30 };
        await using BenchStore bench = await BenchStore.CreateAsync(directory, options);
        byte[] data = new byte[512];
        int next = 0;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(async () =>
        {
            for (int o = Interlocked.Increment(ref next); o <= count; o = Interlocked.Increment(ref next))
            {
                await bench.Store.SubmitAsync(BenchStore.Pg, new StoreTransaction().Add(new WriteData(BenchStore.Object(o), 0, data)), CancellationToken.None);
            }
        })));
        Console.WriteLine($"{count} objects written in {watch.Elapsed.TotalSeconds:f1} s, {Rss()} MiB resident");
        Console.WriteLine($"start after a crash: {(await bench.ReopenAsync(clean: false, options)).TotalSeconds:f2} s, {Rss()} MiB resident");
        Console.WriteLine($"start after a clean stop: {(await bench.ReopenAsync(clean: true, options)).TotalSeconds:f2} s, {Rss()} MiB resident");
    }

    private static long Rss()
    {
        GC.Collect();
        using Process self = Process.GetCurrentProcess();
        return self.WorkingSet64 >> 20;
    }
}
