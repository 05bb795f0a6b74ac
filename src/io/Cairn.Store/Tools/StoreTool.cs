using System.Text.Json;
using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;
using Cairn.Store.Devices;
using Cairn.Store.Engine;
using Cairn.Store.Layout;
using Cairn.Store.Wal;

namespace Cairn.Store.Tools;

/// <summary>What <c>cairn-osd store ...</c> offers on a store that no daemon has open.</summary>
/// <exception cref="StoreInUseException">From any method: a daemon has it open.</exception>
public static class StoreTool
{
    private static readonly StoreOptions Options = new();

    /// <summary>Checks everything, and changes nothing but for leftovers that every start deletes.</summary>
    public static FsckReport Fsck(string directory)
    {
        using IBlockStorage storage = StorageLocation.Open(directory);
        return Tools.Fsck.Run(storage, Options);
    }

    /// <returns>False if the store has no such object.</returns>
    public static bool DumpObject(string directory, PgId pg, ObjectId id, Stream output) =>
        Dump(directory, output, (engine, json) => StoreDump.Object(engine, pg, id, json));

    /// <summary>A PG and its metadata.</summary>
    /// <param name="decode">Adds what the metadata means: the store does not know.</param>
    /// <returns>False if the store has no such PG.</returns>
    public static async Task<bool> DumpPgAsync(
        string directory, PgId pg, Stream output, Action<IObjectCatalog, PgId, Utf8JsonWriter> decode, CancellationToken cancellationToken)
    {
        await using ObjectStore store = await ObjectStore.OpenAsync(directory, Options, cancellationToken);
        await using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        return StoreDump.Pg(store, pg, json, decode);
    }

    /// <summary>The transactions in the WAL, as a JSON array.</summary>
    public static void DumpWal(string directory, Stream output)
    {
        using IBlockStorage storage = StorageLocation.Open(directory);
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        Manifest manifest = Manifest.Read(storage);
        json.WriteStartArray();
        new WalReader(storage, Superblock.Read(storage).Salt) { TolerateDamage = true }.Read(
            manifest.WalFile, manifest.WalSequence, record => StoreDump.Transaction(record.Sequence, record.Pg, record.Transaction, json));
        json.WriteEndArray();
    }

    /// <summary>The PGs a store has.</summary>
    public static async Task<IReadOnlyList<PgId>> ListPgsAsync(string directory, CancellationToken cancellationToken)
    {
        await using ObjectStore store = await ObjectStore.OpenAsync(directory, Options, cancellationToken);
        return store.ListCollections();
    }

    /// <summary>Writes a PG to a stream.</summary>
    /// <returns>Objects written.</returns>
    public static async Task<long> ExportAsync(string directory, PgId pg, Stream output, CancellationToken cancellationToken)
    {
        await using ObjectStore store = await ObjectStore.OpenAsync(directory, Options, cancellationToken);
        return await PgArchive.ExportAsync(store, pg, output, cancellationToken);
    }

    /// <summary>Reads a PG that <see cref="ExportAsync"/> wrote. The store must not have it.</summary>
    public static async Task<PgId> ImportAsync(string directory, Stream input, CancellationToken cancellationToken)
    {
        await using ObjectStore store = await ObjectStore.OpenAsync(directory, Options, cancellationToken);
        return await PgArchive.ImportAsync(store, input, cancellationToken);
    }

    /// <summary>Measures durable writes of the store, beside what it holds.</summary>
    public static async Task<StoreBenchResult> BenchAsync(string directory, int writeBytes, int writers, TimeSpan time, CancellationToken cancellationToken)
    {
        await using ObjectStore store = await ObjectStore.OpenAsync(directory, Options, cancellationToken);
        return await StoreBench.RunAsync(store, writeBytes, writers, time, cancellationToken);
    }

    /// <summary>Whether the WAL is damaged before its end, and what cutting it off would lose. Changes nothing.</summary>
    public static WalDamage FindWalDamage(string directory)
    {
        using IBlockStorage storage = StorageLocation.Open(directory);
        return WalRepair.Find(storage);
    }

    /// <summary>Cuts a damaged WAL off. What <see cref="FindWalDamage"/> said is lost.</summary>
    public static WalDamage TruncateWal(string directory)
    {
        using IBlockStorage storage = StorageLocation.Open(directory);
        return WalRepair.Truncate(storage);
    }

    private static bool Dump(string directory, Stream output, Func<EngineContext, Utf8JsonWriter, bool> dump)
    {
        using EngineContext engine = StoreLoader.Load(StorageLocation.Open(directory), Options);
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        return dump(engine, json);
    }
}
