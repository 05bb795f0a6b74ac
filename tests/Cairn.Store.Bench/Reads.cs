namespace Cairn.Store.Bench;

/// <summary>Reads of 4 MiB, of 4 KiB beyond memory, of 4 KiB from the cache, and of one object from start to end.</summary>
internal static class Reads
{
    private const int Bytes = 4 << 20;
    private const int Objects = 256;
    private const int SequentialBytes = 64 << 10;

    public static async Task RunAsync(BenchOptions options, Report report)
    {
        await using BenchStore bench = await BenchStore.CreateAsync(options.Directory, new StoreOptions());
        using var raw = new RawDisk(options.Directory);
        await using BenchStore without = await BenchStore.CreateAsync(options.Directory, new StoreOptions { ReadaheadBytesMax = 0 });
        byte[] data = new byte[Bytes];
        Random.Shared.NextBytes(data);
        for (int o = 0; o < Objects; o++)
        {
            await bench.WriteAsync(o, 0, data);
            await without.WriteAsync(o, 0, data);
        }

        var figures = new Dictionary<string, List<Result>>();
        async Task Measure(string name, int readers, Func<Task> work)
        {
            Result result = await BenchStore.RunAsync(readers, options.Round, work);
            figures.TryAdd(name, []);
            figures[name].Add(result);
        }

        for (int round = 0; round < options.Rounds; round++)
        {
            await Measure("raw 4m", 4, () => raw.ReadAsync(Bytes));
            await Measure("4m", 4, () => bench.ReadAsync(Random.Shared.Next(Objects), 0, Bytes));
            foreach (int readers in (int[])[1, 16])
            {
                await Measure($"raw 4k {readers}", readers, () => raw.ReadAsync(4096));
                await Measure($"4k {readers}", readers, () => bench.ReadAsync(Random.Shared.Next(Objects), Random.Shared.Next(Bytes / 4096) * 4096L, 4096));
            }

            await Measure("warm", 1, () => bench.ReadAsync(Random.Shared.Next(8), Random.Shared.Next(256) * 4096L, 4096));
            await Measure("cached", 1, () => bench.ReadAsync(Random.Shared.Next(8), Random.Shared.Next(256) * 4096L, 4096));
            await Measure("raw 64k", 1, () => raw.ReadAsync(SequentialBytes));
            await Measure("one by one", 1, Sequential(without));
            await Measure("sequential", 1, Sequential(bench));
        }

        IEnumerable<double> Rates(string name) => figures[name].Select(static r => r.PerSecond);
        IEnumerable<double> Percent(string name, string of) => Rates(name).Zip(Rates(of), static (s, d) => 100 * s / d);
        report.Add("read 4 MiB, 4 readers: raw", Rates("raw 4m").Select(static r => 4 * r), "MiB/s");
        report.Add("read 4 MiB, 4 readers: store / raw rate", Percent("4m", "raw 4m"), "%", 80);
        foreach (int readers in (int[])[1, 16])
        {
            report.Add($"read 4 KiB, {readers} readers: raw", Rates($"raw 4k {readers}"), "1/s");
            report.Add($"read 4 KiB, {readers} readers: store / raw rate", Percent($"4k {readers}", $"raw 4k {readers}"), "%", 70);
        }

        report.Add("read 4 KiB from cache, 1 reader: CPU", figures["cached"].Select(static r => r.Cpu), "us", 2, atMost: true);
        report.Add("read 4 KiB from cache, 1 reader: rate", Rates("cached"), "1/s", 500_000);
        report.Add("read 64 KiB, 1 reader: raw", Rates("raw 64k").Select(static r => r / 16), "MiB/s");
        report.Add("read 64 KiB in sequence, without readahead", Rates("one by one").Select(static r => r / 16), "MiB/s");
        report.Add("read 64 KiB in sequence", Rates("sequential").Select(static r => r / 16), "MiB/s");
        report.Add("read 64 KiB in sequence: CPU without readahead", figures["one by one"].Select(static r => r.Cpu), "us");
        report.Add("read 64 KiB in sequence: CPU", figures["sequential"].Select(static r => r.Cpu), "us");
    }

    private static Func<Task> Sequential(BenchStore bench)
    {
        long at = 0;
        return () =>
        {
            at += SequentialBytes;
            return bench.ReadAsync((int)(at / Bytes % Objects), at % Bytes, SequentialBytes);
        };
    }
}
