using Cairn.Objects;
using Cairn.Objects.Transactions;

namespace Cairn.Store.Bench;

/// <summary>4 KiB durable overwrites at random places, as an OSD would write them: data, version, a log entry.</summary>
internal static class SmallWrites
{
    private const int Objects = 256;
    private const int ObjectBytes = 1 << 20;

    public static async Task Run(string directory)
    {
        await using BenchStore bench = await BenchStore.CreateAsync(directory, new StoreOptions());
        using var raw = new RawDisk(directory);
        for (int o = 0; o < Objects; o++)
        {
            await bench.Store.SubmitAsync(BenchStore.Pg, new StoreTransaction().Add(new WriteData(BenchStore.Object(o), 0, new byte[ObjectBytes])), CancellationToken.None);
        }

        byte[] data = new byte[4096];
        Random.Shared.NextBytes(data);
        long entry = 0;
        Task Write(int worker)
        {
            ObjectId id = BenchStore.Object(Random.Shared.Next(Objects));
            long number = Interlocked.Increment(ref entry);
            StoreTransaction transaction = new StoreTransaction()
                .Add(new WriteData(id, (ulong)Random.Shared.Next(ObjectBytes / 4096) * 4096, data))
                .Add(new SetVersion(id, new Eversion(new Maps.Epoch(1), (ulong)number), number))
                .Add(new SetMeta($"log.{number % 3000:d10}", new byte[150]));
            return bench.Store.SubmitAsync(BenchStore.Pg, transaction, CancellationToken.None).AsTask();
        }

        await BenchStore.RunAsync(16, TimeSpan.FromSeconds(3), Write);
        foreach (int writers in (int[])[1, 16, 64])
        {
            for (int round = 0; round < 3; round++)
            {
                Result disk = await BenchStore.RunAsync(writers, TimeSpan.FromSeconds(2), _ => raw.Commit());
                Result store = await BenchStore.RunAsync(writers, TimeSpan.FromSeconds(3), Write);
                Console.WriteLine($"write 4 KiB, {writers,2} writers   raw   {disk}");
                Console.WriteLine($"                          store {store}   {store.PerSecond / disk.PerSecond:p0} of raw, latency {store.P50 / disk.P50:f2}x");
            }
        }
    }
}
