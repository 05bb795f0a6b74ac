using Cairn.Store.Devices;
using Cairn.Store.Index;
using Cairn.Store.Layout;
using Cairn.Store.Staging;
using Cairn.Store.Transactions;
using Cairn.Store.Wal;

namespace Cairn.Store.Engine;

/// <summary>Opens a store: the index from the newest checkpoint's runs, then the transactions of the WAL behind it.</summary>
internal static class StoreLoader
{
    public static EngineContext Load(IBlockStorage storage, StoreOptions options)
    {
        if (!storage.Exists(Superblock.Name))
        {
            throw new StoreFormatException("there is no store here: its superblock is missing (mkfs makes one)");
        }

        Superblock superblock = Superblock.Read(storage);
        Manifest manifest = ReadManifest(storage);
        var engine = new EngineContext(storage, superblock, options, manifest);
        try
        {
            DeleteLeftovers(storage, manifest);
            Replay(engine, superblock, manifest);
            return engine;
        }
        catch
        {
            engine.Dispose();
            throw;
        }
    }

    private static Manifest ReadManifest(IBlockStorage storage)
    {
        try
        {
            return Manifest.Read(storage);
        }
        catch (FileNotFoundException e)
        {
            throw new StoreFailedException("the store's manifest is missing", e);
        }
    }

    /// <summary>What a crash left between writing files and naming them in the manifest, or after.</summary>
    private static void DeleteLeftovers(IBlockStorage storage, Manifest manifest)
    {
        HashSet<string> named = [.. manifest.Runs.Select(static r => RunFormat.NameOf(r.Id))];
        foreach (string name in storage.List("index").Select(static n => "index/" + n).Where(n => n.EndsWith(".run", StringComparison.Ordinal)))
        {
            if (!named.Contains(name))
            {
                storage.Delete(name);
            }
        }

        foreach (string name in storage.List(WalFormat.Folder))
        {
            if (WalFormat.TryParse(name, out ulong number) && number < manifest.WalFile)
            {
                storage.Delete(WalFormat.NameOf(number));
            }
        }
    }

    private static void Replay(EngineContext engine, Superblock superblock, Manifest manifest)
    {
        // The index may refer to data staged before the checkpoint, so that comes first; then the index; then what is behind it.
        var behind = new List<WalRecord>();
        var reader = new WalReader(engine.Storage, superblock.Salt);
        reader.Read(manifest.WalFile, manifest.WalSequence, record =>
        {
            if (record.Sequence <= manifest.Sequence)
            {
                Stage(engine, record);
            }
            else
            {
                behind.Add(record);
            }
        });
        if (reader.NextSequence <= manifest.Sequence)
        {
            throw new StoreFailedException(
                $"the WAL ends before transaction {reader.NextSequence}, but the checkpoint was made at {manifest.Sequence}: WAL files are missing or damaged");
        }

        MakeDurable(engine.Storage, reader);
        LoadIndex(engine, manifest);
        engine.Sequence = manifest.Sequence;
        foreach (WalRecord record in behind)
        {
            foreach (PlacedPiece piece in record.Placements.SelectMany(static p => p.Pieces))
            {
                engine.Segments.KeepForReplay(piece.Extent.Slot);
            }

            Stage(engine, record);
            engine.Applier.Apply(record.Pg, record.Transaction, record.Placements);
            engine.Sequence = record.Sequence;
        }

        engine.Segments.SealAllInUse();
        engine.Index.GrowIfCrowded();
        engine.WalFiles.Recovered(reader.Files, Math.Max(reader.LastNumber, manifest.WalFile - 1));
    }

    /// <summary>
    /// What a killed process wrote may be in the machine's caches only: the last batch, a manifest's name. All that follows builds on it.
    /// </summary>
    private static void MakeDurable(IBlockStorage storage, WalReader reader)
    {
        if (reader.Files.Count > 0)
        {
            using IBlockFile last = storage.Open(WalFormat.NameOf(reader.Files[^1].File), create: false);
            last.Sync();
        }

        storage.SyncDirectory(WalFormat.Folder);
        storage.SyncDirectory("");
    }

    private static void Stage(EngineContext engine, WalRecord record)
    {
        foreach (StagedBlob blob in record.Placements.Select(static p => p.Staged).OfType<StagedBlob>())
        {
            engine.Staging.Add(blob);
        }
    }

    private static void LoadIndex(EngineContext engine, Manifest manifest)
    {
        using var runs = new RunMerger(engine.Storage, manifest.Runs);
        while (runs.Next())
        {
            if (!runs.Removed)
            {
                engine.Catalog.Load(runs.Key, runs.Value);
            }
        }
    }
}
