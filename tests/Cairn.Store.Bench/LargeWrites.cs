namespace Cairn.Store.Bench;

/// <summary>4 MiB durable writes over objects that exist.</summary>
internal static class LargeWrites
{
    private const int Bytes = 4 << 20;
    private const int Objects = 128;

    public static async Task RunAsync(BenchOptions options, Report report)
    {
        await using BenchStore bench = await BenchStore.CreateAsync(options.Directory, new StoreOptions { CapacityBytes = 4L << 30 });
        using var raw = new RawDisk(options.Directory);
        ReadOnlyMemory<byte> data = BenchStore.AlignedData(Bytes);
        int next = 0;
        Task Write() => bench.WriteAsync(Interlocked.Increment(ref next) % Objects, 0, data);

        // Until segments are reused: the first life of each is slower.
        await BenchStore.RunAsync(4, 3 * options.Round, Write);
        var disk = new List<Result>();
        var one = new List<Result>();
        var four = new List<Result>();
        for (int round = 0; round < options.Rounds; round++)
        {
            disk.Add(await BenchStore.RunAsync(1, options.Round, () =>
            {
                raw.Write(Bytes);
                return Task.CompletedTask;
            }));
            one.Add(await BenchStore.RunAsync(1, options.Round, Write));
            four.Add(await BenchStore.RunAsync(4, options.Round, Write));
        }

        report.Add("write 4 MiB: raw, written and synced one by one", disk.Select(static r => r.PerSecond * 4), "MiB/s");
        report.Add("write 4 MiB, 1 writer: store", one.Select(static r => r.PerSecond * 4), "MiB/s");
        report.Add("write 4 MiB, 4 writers: store", four.Select(static r => r.PerSecond * 4), "MiB/s");
        report.Add("write 4 MiB, 4 writers: store / raw rate", four.Zip(disk, static (s, d) => 100 * s.PerSecond / d.PerSecond), "%", 80);
        report.Add("write 4 MiB, 4 writers: CPU", four.Select(static r => r.Cpu), "us");
    }
}
