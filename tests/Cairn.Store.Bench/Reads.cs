using Cairn.Objects.Transactions;

namespace Cairn.Store.Bench;

/// <summary>Reads of 4 MiB, of 4 KiB beyond memory, and of 4 KiB from the cache.</summary>
internal static class Reads
{
    private const int Bytes = 4 << 20;
    private const int Objects = 256;

    public static async Task Run(string directory)
    {
        await using BenchStore bench = await BenchStore.CreateAsync(directory, new StoreOptions());
        using var raw = new RawDisk(directory);
        byte[] data = new byte[Bytes];
        Random.Shared.NextBytes(data);
        for (int o = 0; o < Objects; o++)
        {
            await bench.Store.SubmitAsync(BenchStore.Pg, new StoreTransaction().Add(new WriteData(BenchStore.Object(o), 0, data)), CancellationToken.None);
        }

        async Task Read(int objects, int bytes, int span)
        {
            using StoreBuffer? buffer = await bench.Store.ReadAsync(
                BenchStore.Pg, BenchStore.Object(Random.Shared.Next(objects)), (ulong)Random.Shared.Next(span / 4096) * 4096, bytes, CancellationToken.None);
        }

        for (int round = 0; round < 3; round++)
        {
            Result disk4m = await BenchStore.RunAsync(1, TimeSpan.FromSeconds(1), _ => Raw(raw, Bytes));
            Result store4m = await BenchStore.RunAsync(4, TimeSpan.FromSeconds(2), _ => Read(Objects, Bytes, 4096));
            Console.WriteLine($"read 4 MiB, 4 readers     store {store4m}   {store4m.PerSecond * 4:f0} MiB/s, raw with 1 {disk4m.PerSecond * 4:f0} MiB/s");
            Result disk4k = await BenchStore.RunAsync(1, TimeSpan.FromSeconds(1), _ => Raw(raw, 4096));
            Result store4k = await BenchStore.RunAsync(1, TimeSpan.FromSeconds(2), _ => Read(Objects, 4096, Bytes));
            Console.WriteLine($"read 4 KiB, 1 reader      store {store4k}   raw {disk4k}");
            Result cached = await BenchStore.RunAsync(1, TimeSpan.FromSeconds(2), _ => Read(8, 4096, 1 << 20));
            cached = await BenchStore.RunAsync(1, TimeSpan.FromSeconds(2), _ => Read(8, 4096, 1 << 20));
            Console.WriteLine($"read 4 KiB, cached        store {cached}");
        }
    }

    private static Task Raw(RawDisk raw, int bytes)
    {
        raw.Read(bytes, Random.Shared);
        return Task.CompletedTask;
    }
}
