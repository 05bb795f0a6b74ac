using Cairn.Objects.Transactions;

namespace Cairn.Store.Bench;

/// <summary>4 MiB durable writes over objects that exist.</summary>
internal static class LargeWrites
{
    private const int Bytes = 4 << 20;

    public static async Task Run(string directory)
    {
        await using BenchStore bench = await BenchStore.CreateAsync(directory, new StoreOptions());
        using var raw = new RawDisk(directory);
        byte[] data = new byte[Bytes];
        Random.Shared.NextBytes(data);
        int next = 0;
        Task Write(int worker) => bench.Store.SubmitAsync(
            BenchStore.Pg,
            new StoreTransaction().Add(new WriteData(BenchStore.Object(Interlocked.Increment(ref next) % 256), 0, data)),
            CancellationToken.None).AsTask();

        // Twice over the objects, so that segments are reused.
        await BenchStore.RunAsync(4, TimeSpan.FromSeconds(6), Write);
        for (int round = 0; round < 3; round++)
        {
            Result disk = await BenchStore.RunAsync(1, TimeSpan.FromSeconds(2), _ =>
            {
                raw.Write(Bytes);
                return Task.CompletedTask;
            });
            foreach (int writers in (int[])[1, 4])
            {
                Result store = await BenchStore.RunAsync(writers, TimeSpan.FromSeconds(3), Write);
                Console.WriteLine($"write 4 MiB, {writers} writers  store {store}   {store.PerSecond * 4:f0} MiB/s, raw {disk.PerSecond * 4:f0} MiB/s: {store.PerSecond / disk.PerSecond:p0}");
            }
        }
    }
}
