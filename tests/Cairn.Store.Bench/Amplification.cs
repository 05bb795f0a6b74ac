using Cairn.Objects.Transactions;

namespace Cairn.Store.Bench;

/// <summary>Bytes written to the disk for each byte of endless random 4 KiB overwrites, WAL, index and cleaning counted, by how full the store is.</summary>
internal static class Amplification
{
    public static async Task Run(string directory)
    {
        var options = new StoreOptions { CapacityBytes = 2L << 30 };
        foreach (int percent in (int[])[50, 80, 90])
        {
            await using BenchStore bench = await BenchStore.CreateAsync(directory, options);
            byte[] data = new byte[1 << 20];
            Random.Shared.NextBytes(data);
            int objects = 0;
            try
            {
                for (; bench.Store.Usage.DataBytes < options.CapacityBytes / 100 * percent; objects++)
                {
                    await bench.Store.SubmitAsync(BenchStore.Pg, new StoreTransaction().Add(new WriteData(BenchStore.Object(objects), 0, data)), CancellationToken.None);
                }
            }
            catch (StoreFullException e)
            {
                Console.WriteLine($"{percent} % full: {e.Message}");
            }

            byte[] piece = new byte[4096];
            Task Write(int worker) => bench.Store.SubmitAsync(
                BenchStore.Pg,
                new StoreTransaction().Add(new WriteData(BenchStore.Object(Random.Shared.Next(objects)), (ulong)Random.Shared.Next(256) * 4096, piece)),
                CancellationToken.None).AsTask();
            await BenchStore.RunAsync(16, TimeSpan.FromSeconds(20), Write);
            long before = bench.Store.BytesWritten;
            Result result = await BenchStore.RunAsync(16, TimeSpan.FromSeconds(20), Write);
            double user = result.PerSecond * 20 * 4096;
            Console.WriteLine($"{percent} % full  {result}   {(bench.Store.BytesWritten - before) / user:f2} bytes written for each");
        }
    }
}
