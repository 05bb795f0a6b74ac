using System.Formats.Tar;
using System.IO.Compression;
using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;
using Cairn.Store.Tests.Faults;

namespace Cairn.Store.Tests.Golden;

/// <summary>A small store with something of everything the format knows, as it was written when the format was fixed: a tar of its files.</summary>
internal static class GoldenImage
{
    public static readonly StoreOptions Options = TemporaryStore.Small with { WalFileBytes = 256 << 10, IndexMemoryBytes = 8 << 20 };

    private static readonly PgId Pg = new(3, 0x1f);
    private static readonly PgId Child = new(3, 0x3f);

    public static FaultStorage Read(Stream packed)
    {
        var storage = new FaultStorage();
        using var tar = new TarReader(new GZipStream(packed, CompressionMode.Decompress));
        while (tar.GetNextEntry() is { } entry)
        {
            var content = new MemoryStream();
            entry.DataStream?.CopyTo(content);
            var inode = new FaultInode();
            inode.Write(0, content.ToArray());
            storage.Put(entry.Name, inode);
        }

        return storage;
    }

    public static void Write(FaultStorage storage, Stream packed)
    {
        using var tar = new TarWriter(new GZipStream(packed, CompressionLevel.SmallestSize));
        foreach ((string name, FaultInode inode) in storage.Names.OrderBy(static n => n.Key, StringComparer.Ordinal))
        {
            byte[] content = new byte[inode.Length];
            inode.Read(0, content);
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
        }
    }

    /// <summary>Makes the store anew: a checkpoint, a second run, and behind them what only the WAL has.</summary>
    public static async Task<FaultStorage> Make()
    {
        var storage = new FaultStorage();
        ObjectStore.Create(storage, TemporaryStore.Identity, Options);
        ObjectStore store = ObjectStore.Open(storage, Options);
        await Submit(store, Pg, new CreateCollection(), new SetMeta("info", Pattern(40, 1)), new SetMeta("log.0001", Pattern(90, 2)));
        for (int i = 1; i <= 100; i++)
        {
            await Submit(store, Pg, new SetLog(new Eversion(new Epoch(7), (ulong)i), Pattern(90, i)));
        }

        for (int i = 0; i < 8; i++)
        {
            ObjectId id = Object($"object-{i}");
            await Submit(
                store, Pg, new WriteData(id, 0, Pattern(5000 + (i * 1111), i)), new SetXattr(id, "owner", Pattern(20, i)),
                new SetOmap(id, "first", Pattern(9, i)), new SetOmap(id, "zweiter Schlüssel", Pattern(100, i)),
                new SetVersion(id, new Eversion(new Epoch(7), (ulong)i), 1_700_000_000_000 + i));
        }

        await Submit(store, Pg, new WriteData(Object("bulk"), 100_000, Pattern(200_000, 9)), new ZeroData(Object("bulk"), 150_000, 9000));
        await store.CheckpointAsync();
        await Submit(
            store, Pg, new CloneObject(Object("bulk"), new ObjectId(3, "", "bulk", 4)), new WriteData(Object("bulk"), 120_000, Pattern(4096, 10)),
            new TruncateData(Object("object-1"), 1234), new RemoveObject(Object("object-2")), new RemoveOmap(Object("object-3"), "first"),
            new TrimLog(new Eversion(new Epoch(7), 10)), new SetLog(new Eversion(new Epoch(8), 101), Pattern(95, 15)));
        await store.CheckpointAsync();
        await Submit(store, Pg, new SplitCollection(Child, 64), new WriteData(Object("late"), 3, Pattern(777, 11)), new SetMeta("log.0002", Pattern(90, 12)),
            new RemoveLog(new Eversion(new Epoch(8), 101)), new SetLog(new Eversion(new Epoch(9), 101), Pattern(80, 16)));
        await Submit(store, Child, new WriteData(new ObjectId(3, "space", "named"), 0, Pattern(70_000, 13)), new SetMeta("info", Pattern(41, 14)));
        await store.CloseAsync();
        return storage;
    }

    private static async Task Submit(ObjectStore store, PgId pg, params StoreOp[] ops)
    {
        var transaction = new StoreTransaction();
        Array.ForEach(ops, op => transaction.Add(op));
        await store.SubmitAsync(pg, transaction, CancellationToken.None);
    }

    private static ObjectId Object(string name) => new(3, "", name);

    private static byte[] Pattern(int length, int seed) => [.. Enumerable.Range(0, length).Select(i => (byte)((i * 7) + (i >> 8) + seed))];
}
