using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Cairn.Objects.Transactions;

namespace Cairn.Store.Bench;

/// <summary>The other end of <see cref="ManyObjects"/>: does one thing to a store, prints its figures, and waits for its input to close or to be killed.</summary>
internal static class ObjectsChild
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        (string what, string directory, int count) = (arguments[0], arguments[1], int.Parse(arguments[2], CultureInfo.InvariantCulture));
        var options = new StoreOptions { CapacityBytes = 20L << 30 };
        if (what == "fill")
        {
            ObjectStore.Create(directory, new StoreIdentity(Guid.NewGuid(), Guid.NewGuid(), 0), options);
        }

        var watch = Stopwatch.StartNew();
        await using ObjectStore store = await ObjectStore.OpenAsync(directory, options, CancellationToken.None);
        if (what != "open")
        {
            watch.Restart();
            await WriteAsync(store, count);
        }

        TimeSpan elapsed = watch.Elapsed;
        using Process self = Process.GetCurrentProcess();
        Console.WriteLine(JsonSerializer.Serialize(
            new ObjectsFigures(elapsed.TotalSeconds, self.TotalProcessorTime.TotalSeconds, self.WorkingSet64 / 1048576.0, self.PeakWorkingSet64 / 1048576.0)));
        await Console.In.ReadToEndAsync();
        return 0;
    }

    private static async Task WriteAsync(ObjectStore store, int count)
    {
        await store.SubmitAsync(BenchStore.Pg, new StoreTransaction().Add(new CreateCollection()), CancellationToken.None);
        byte[] data = new byte[512];
        int next = 0;
        await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(async () =>
        {
            for (int o = Interlocked.Increment(ref next); o <= count; o = Interlocked.Increment(ref next))
            {
                await store.SubmitAsync(BenchStore.Pg, new StoreTransaction().Add(new WriteData(BenchStore.IdOf(o), 0, data)), CancellationToken.None);
            }
        })));
    }
}
