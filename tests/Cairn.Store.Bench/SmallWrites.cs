using Cairn.Objects;
using Cairn.Objects.Transactions;

namespace Cairn.Store.Bench;

/// <summary>4 KiB durable overwrites at random places, as an OSD would write them: data, version, a log entry.</summary>
internal static class SmallWrites
{
    private const int Objects = 256;
    private const int ObjectBytes = 1 << 20;
    private const int LogEntries = 3000;
    private const int LogTrimBatch = 100;

    public static async Task RunAsync(BenchOptions options, Report report)
    {
        await using BenchStore bench = await BenchStore.CreateAsync(options.Directory, new StoreOptions());
        using var raw = new RawDisk(options.Directory);
        for (int o = 0; o < Objects; o++)
        {
            await bench.WriteAsync(o, 0, new byte[ObjectBytes]);
        }

        byte[] logEntry = new byte[150];
        byte[] data = new byte[4096];
        Random.Shared.NextBytes(data);
        long entry = 0;
        Task Write()
        {
            ObjectId id = bench.Object(Random.Shared.Next(Objects));
            long number = Interlocked.Increment(ref entry);
            var version = new Eversion(new Maps.Epoch(1), (ulong)number);
            StoreTransaction transaction = new StoreTransaction()
                .Add(new WriteData(id, (ulong)Random.Shared.Next(ObjectBytes / 4096) * 4096, data))
                .Add(new SetVersion(id, version, number))
                .Add(new SetLog(version, logEntry));
            if (number % LogTrimBatch == 0 && number > LogEntries)
            {
                transaction.Add(new TrimLog(version with { Version = (ulong)(number - LogEntries) }));
            }

            return bench.Store.SubmitAsync(BenchStore.Pg, transaction, CancellationToken.None).AsTask();
        }

        await BenchStore.RunAsync(16, options.Round, Write);
        foreach (int writers in (int[])[1, 16, 64])
        {
            var disk = new List<Result>();
            var store = new List<Result>();
            for (int round = 0; round < options.Rounds; round++)
            {
                disk.Add(await BenchStore.RunAsync(writers, options.Round, () => raw.Commit(data)));
                store.Add(await BenchStore.RunAsync(writers, options.Round, Write));
            }

            string name = $"write 4 KiB, {writers} writer{(writers > 1 ? "s" : "")}";
            report.Add($"{name}: raw group commit", disk.Select(static r => r.PerSecond), "1/s");
            report.Add($"{name}: store", store.Select(static r => r.PerSecond), "1/s");
            report.Add($"{name}: store / raw rate", store.Zip(disk, static (s, d) => 100 * s.PerSecond / d.PerSecond), "%", writers > 1 ? 60 : null);
            report.Add($"{name}: store / raw median latency", store.Zip(disk, static (s, d) => s.P50 / d.P50), "x", writers == 1 ? 1.5 : null, atMost: true);
            report.Add($"{name}: p99", store.Select(static r => r.P99), "us");
            report.Add($"{name}: CPU", store.Select(static r => r.Cpu), "us", writers == 16 ? 25 : null, atMost: true);
            report.Add($"{name}: CPU, raw", disk.Select(static r => r.Cpu), "us");
        }
    }
}
