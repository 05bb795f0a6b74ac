using System.Buffers.Binary;
using System.Diagnostics;
using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;

namespace Cairn.Store.Bench;

/// <summary>
/// A store with the options of an OSD of the standard memory target, written as an OSD writes it: small objects in many PGs, each write with its
/// version and an entry in the PG's log, which is trimmed.
/// </summary>
internal sealed class ScaleStore : IAsyncDisposable
{
    public const int Workers = 64;
    private const int Pgs = 64;
    private const int LogEntries = 500;
    private const int TrimEvery = 64;
    private const int DataBytesMin = 64;
    private const int DataBytesMax = 512;

    private static readonly StoreOptions Options = new StoreOptions { CapacityBytes = 40L << 30 }.WithMemoryTarget(512L << 20);

    private readonly PgLog[] _logs = [.. Enumerable.Range(0, Pgs).Select(static seed => new PgLog(new PgId(1, (uint)seed)))];

    private ScaleStore(ObjectStore store) => Store = store;

    public ObjectStore Store { get; }

    public static async Task<ScaleStore> OpenAsync(string directory, bool create)
    {
        if (create)
        {
            ObjectStore.Create(directory, new StoreIdentity(Guid.NewGuid(), Guid.NewGuid(), 0), Options);
        }

        var scale = new ScaleStore(await ObjectStore.OpenAsync(directory, Options, CancellationToken.None));
        foreach (PgLog log in create ? scale._logs : [])
        {
            await scale.Store.SubmitAsync(log.Pg, new StoreTransaction().Add(new CreateCollection()), CancellationToken.None);
        }

        return scale;
    }

    /// <summary>Writes objects of these numbers, for the first time or over, by many at once.</summary>
    public async Task<Waits> WriteAsync(int from, int to, Func<int, int> numberOf)
    {
        int next = from - 1;
        var waits = new Waits();
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(async () =>
        {
            byte[] data = new byte[DataBytesMax];
            for (int i = Interlocked.Increment(ref next); i < to; i = Interlocked.Increment(ref next))
            {
                int number = numberOf(i);
                long start = Stopwatch.GetTimestamp();
                await Write(number, data);
                waits.Add(Stopwatch.GetElapsedTime(start));
            }
        })));
        return waits;
    }

    /// <summary>Reads random ones of the objects by several at once, and compares.</summary>
    public async Task<Waits> ReadAsync(int reads, int readers, int objects)
    {
        var waits = new Waits();
        await Task.WhenAll(Enumerable.Range(0, readers).Select(_ => Task.Run(async () =>
        {
            for (int i = 0; i < reads / readers; i++)
            {
                int number = Random.Shared.Next(objects);
                ObjectId id = BenchStore.IdOf(number);
                long start = Stopwatch.GetTimestamp();
                using StoreBuffer? read = await Store.ReadAsync(PgOf(id), id, 0, DataBytesMax, CancellationToken.None);
                waits.Add(Stopwatch.GetElapsedTime(start));
                if (read is null || read.Memory.Length != LengthOf(number) || BinaryPrimitives.ReadInt32LittleEndian(read.Memory.Span) != number)
                {
                    throw new InvalidOperationException($"object {number} is not what was written");
                }
            }
        })));
        return waits;
    }

    /// <summary>Lists PGs as backfill does, a few hundred objects at a time, until there were enough.</summary>
    /// <returns>How many were listed.</returns>
    public long List(long enough)
    {
        long count = 0;
        foreach (PgLog log in _logs.TakeWhile(_ => count < enough))
        {
            ObjectId? after = null;
            while (Store.ListObjects(log.Pg, after, 512) is { Count: > 0 } some)
            {
                count += some.Count;
                after = some[^1].Id;
            }
        }

        return count;
    }

    public ValueTask DisposeAsync() => Store.DisposeAsync();

    private static int LengthOf(int number) => DataBytesMin + number % (DataBytesMax - DataBytesMin + 1);

    private static PgId PgOf(ObjectId id) => new(1, id.Hash % Pgs);

    private Task Write(int number, byte[] data)
    {
        ObjectId id = BenchStore.IdOf(number);
        PgLog log = _logs[PgOf(id).Seed];
        BinaryPrimitives.WriteInt32LittleEndian(data, number);
        StoreTransaction transaction = new StoreTransaction().Add(new WriteData(id, 0, data.AsMemory(0, LengthOf(number))));
        lock (log) // Transactions of a PG come from one at a time.
        {
            long version = ++log.Version;
            transaction.Add(new SetVersion(id, VersionOf(version), version));
            transaction.Add(new SetLog(VersionOf(version), log.Entry));
            if (version % TrimEvery == 0 && version > LogEntries)
            {
                transaction.Add(new TrimLog(VersionOf(version - LogEntries)));
            }

            return Store.SubmitAsync(log.Pg, transaction, CancellationToken.None).AsTask();
        }
    }

    private static Eversion VersionOf(long version) => new(new Epoch(1), (ulong)version);

    private sealed class PgLog(PgId pg)
    {
        public PgId Pg => pg;

        public byte[] Entry { get; } = new byte[150];

        public long Version { get; set; }
    }
}
