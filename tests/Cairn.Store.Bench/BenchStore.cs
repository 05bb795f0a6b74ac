using System.Diagnostics;
using System.Runtime.CompilerServices;
using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;
using Cairn.Store.Devices;

namespace Cairn.Store.Bench;

/// <summary>A store in a directory of its own, and workers on it.</summary>
internal sealed class BenchStore : IAsyncDisposable
{
    public static readonly PgId Pg = new(1, 0);
    private readonly string _directory;
    private readonly ObjectId[] _ids = [.. Enumerable.Range(0, 4096).Select(IdOf)];

    private BenchStore(string directory, ObjectStore store)
    {
        _directory = directory;
        Store = store;
    }

    public ObjectStore Store { get; }

    public static async Task<BenchStore> CreateAsync(string parent, StoreOptions options)
    {
        string directory = Path.Combine(parent, $"store-bench-{Guid.NewGuid():n}");
        ObjectStore.Create(directory, new StoreIdentity(Guid.NewGuid(), Guid.NewGuid(), 0), options);
        var bench = new BenchStore(directory, await ObjectStore.OpenAsync(directory, options, CancellationToken.None));
        await bench.Store.SubmitAsync(Pg, new StoreTransaction().Add(new CreateCollection()), CancellationToken.None);
        return bench;
    }

    public static ObjectId IdOf(int number) => new(1, "", $"rbd_data.1.{number:x16}");

    /// <summary>One of the first few thousand objects: a client has its objects' identities at hand.</summary>
    public ObjectId Object(int number) => _ids[number];

    public Task WriteAsync(int number, ulong offset, ReadOnlyMemory<byte> data) =>
        Store.SubmitAsync(Pg, new StoreTransaction().Add(new WriteData(_ids[number], offset, data)), CancellationToken.None).AsTask();

    /// <summary>Random bytes at a block's boundary, where an OSD's network puts the large data that it receives: the store writes them from there.</summary>
    public static unsafe ReadOnlyMemory<byte> AlignedData(int bytes)
    {
        byte[] array = GC.AllocateUninitializedArray<byte>(bytes + IBlockFile.BlockSize, pinned: true);
        Random.Shared.NextBytes(array);
        int from = (int)(-(nint)Unsafe.AsPointer(ref array[0]) & (IBlockFile.BlockSize - 1));
        return array.AsMemory(from, bytes);
    }

    public Task ReadAsync(int number, long offset, int bytes)
    {
        ValueTask<StoreBuffer?> read = Store.ReadAsync(Pg, _ids[number], (ulong)offset, bytes, CancellationToken.None);
        if (!read.IsCompletedSuccessfully)
        {
            return Finish(read);
        }

        read.Result!.Dispose();
        return Task.CompletedTask;

        static async Task Finish(ValueTask<StoreBuffer?> read) => (await read)!.Dispose();
    }

    /// <summary>Runs workers for a time; each repeats the work.</summary>
    public static Task<Result> RunAsync(int workers, TimeSpan time, Func<Task> work)
    {
        var watch = Stopwatch.StartNew();
        return RunAsync(workers, () => watch.Elapsed < time, work);
    }

    /// <summary>Runs workers until the work was done so often.</summary>
    public static Task<Result> RunAsync(int workers, long times, Func<Task> work) =>
        RunAsync(workers, () => Interlocked.Decrement(ref times) >= 0, work);

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private static async Task<Result> RunAsync(int workers, Func<bool> goesOn, Func<Task> work)
    {
        var latencies = new List<float>[workers];
        using Process self = Process.GetCurrentProcess();
        TimeSpan cpu = self.TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, workers).Select(worker => Task.Run(async () =>
        {
            List<float> own = latencies[worker] = new(1 << 16);
            for (long start = Stopwatch.GetTimestamp(); goesOn();)
            {
                await work();
                long end = Stopwatch.GetTimestamp();
                own.Add((float)Stopwatch.GetElapsedTime(start, end).TotalMicroseconds);
                start = end;
            }
        })));
        double seconds = watch.Elapsed.TotalSeconds;
        self.Refresh();
        cpu = self.TotalProcessorTime - cpu;
        float[] all = [.. latencies.SelectMany(static l => l).Order()];
        return new Result(all.Length, all.Length / seconds, all[all.Length / 2], all[(int)(all.Length * 0.99)], cpu.TotalMicroseconds / all.Length);
    }
}

/// <param name="P50">Microseconds.</param>
/// <param name="Cpu">Microseconds an operation, of all threads of the process.</param>
internal sealed record Result(long Count, double PerSecond, double P50, double P99, double Cpu);
