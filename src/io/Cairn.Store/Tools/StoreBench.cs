using System.Diagnostics;
using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;

namespace Cairn.Store.Tools;

/// <param name="Writers">Transactions under way at a time.</param>
/// <param name="Median">Time from submission to durability.</param>
public sealed record StoreBenchResult(long Writes, long Bytes, int Writers, TimeSpan Elapsed, TimeSpan Median, TimeSpan Slowest99);

/// <summary>Durable writes to objects of a PG that exists for that only, and is removed afterwards: what the disk gives through the store.</summary>
internal static class StoreBench
{
    private const int ObjectBytes = 4 << 20;
    private const int Objects = 16;

    /// <summary>No pool has this number: monitors count pools from 1.</summary>
    private static readonly PgId Pg = new(0, 0);

    public static async Task<StoreBenchResult> RunAsync(ObjectStore store, int writeBytes, int writers, TimeSpan time, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(writers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(writeBytes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(writeBytes, ObjectBytes);
        if (store.CollectionExists(Pg))
        {
            throw new ArgumentException($"the store has a pg {Pg}, which a benchmark left behind or somebody made");
        }

        await store.SubmitAsync(Pg, new StoreTransaction().Add(new CreateCollection()), cancellationToken);
        try
        {
            long started = Stopwatch.GetTimestamp();
            TimeSpan[][] taken = await Task.WhenAll(Enumerable.Range(0, writers).Select(writer =>
                Task.Run(() => WriteAsync(store, writer, writeBytes, started, time, cancellationToken), cancellationToken)));
            TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
            TimeSpan[] all = [.. taken.SelectMany(static t => t).Order()];
            return new StoreBenchResult(all.Length, (long)all.Length * writeBytes, writers, elapsed, all[all.Length / 2], all[all.Length * 99 / 100]);
        }
        finally
        {
            await store.SubmitAsync(Pg, new StoreTransaction().Add(new RemoveCollection()), CancellationToken.None);
        }
    }

    private static async Task<TimeSpan[]> WriteAsync(
        ObjectStore store, int writer, int writeBytes, long started, TimeSpan time, CancellationToken cancellationToken)
    {
        var random = new Random(writer);
        byte[] data = new byte[writeBytes];
        random.NextBytes(data);
        var taken = new List<TimeSpan>();
        do
        {
            var id = new ObjectId(Pg.Pool, "", $"bench.{random.Next(Objects)}");
            var write = new WriteData(id, (ulong)random.Next(ObjectBytes / writeBytes) * (ulong)writeBytes, data);
            long submitted = Stopwatch.GetTimestamp();
            await store.SubmitAsync(Pg, new StoreTransaction().Add(write), cancellationToken);
            taken.Add(Stopwatch.GetElapsedTime(submitted));
        }
        while (Stopwatch.GetElapsedTime(started) < time);
        return [.. taken];
    }
}
