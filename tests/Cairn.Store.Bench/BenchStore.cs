using System.Diagnostics;
using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;

namespace Cairn.Store.Bench;

/// <summary>A store in a directory of its own, and workers on it.</summary>
internal sealed class BenchStore : IAsyncDisposable
{
    public static readonly PgId Pg = new(1, 0);
    private readonly string _directory;

    private BenchStore(string directory, ObjectStore store)
    {
        _directory = directory;
        Store = store;
    }

    public ObjectStore Store { get; private set; }

    public static async Task<BenchStore> CreateAsync(string parent, StoreOptions options)
    {
        string directory = Path.Combine(parent, $"store-bench-{Guid.NewGuid():n}");
        ObjectStore.Create(directory, new StoreIdentity(Guid.NewGuid(), Guid.NewGuid(), 0), options);
        var bench = new BenchStore(directory, await ObjectStore.OpenAsync(directory, options, CancellationToken.None));
        await bench.Store.SubmitAsync(Pg, new StoreTransaction().Add(new CreateCollection()), CancellationToken.None);
        return bench;
    }

    public static ObjectId Object(int number) => new(1, "", $"rbd_data.1.{number:x16}");

    public async Task<TimeSpan> ReopenAsync(bool clean, StoreOptions options)
    {
        if (clean)
        {
            await Store.DisposeAsync();
        }
        else
        {
            await Store.CloseAsync();
        }

        var watch = Stopwatch.StartNew();
        Store = await ObjectStore.OpenAsync(_directory, options, CancellationToken.None);
        return watch.Elapsed;
    }

    /// <summary>Runs workers for a time; each repeats the work.</summary>
    public static async Task<Result> RunAsync(int workers, TimeSpan time, Func<int, Task> work)
    {
        var latencies = new List<double>[workers];
        using Process self = Process.GetCurrentProcess();
        TimeSpan cpu = self.TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, workers).Select(worker => Task.Run(async () =>
        {
            List<double> own = latencies[worker] = [];
            while (watch.Elapsed < time)
            {
                long start = Stopwatch.GetTimestamp();
                await work(worker);
                own.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            }
        })));
        self.Refresh();
        double[] all = [.. latencies.SelectMany(static l => l).Order()];
        return new Result(all.Length / watch.Elapsed.TotalSeconds, all[all.Length / 2], all[(int)(all.Length * 0.99)], (self.TotalProcessorTime - cpu).TotalMicroseconds / all.Length);
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}

/// <param name="P50">Microseconds.</param>
/// <param name="Cpu">Microseconds an operation, of all threads of the process.</param>
internal sealed record Result(double PerSecond, double P50, double P99, double Cpu)
{
    public override string ToString() => $"{PerSecond,9:f0}/s  p50 {P50,7:f0} us  p99 {P99,7:f0} us  cpu {Cpu,6:f1} us";
}
