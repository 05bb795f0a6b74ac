using Cairn.Store.Devices;
using Cairn.Store.Extents;
using Cairn.Store.Index;
using Cairn.Store.Layout;
using Cairn.Store.Maintenance;
using Cairn.Store.Staging;
using Cairn.Store.Transactions;
using Cairn.Store.Wal;

namespace Cairn.Store.Engine;

/// <summary>Opens a store: the index from the newest checkpoint's runs, then the transactions of the WAL behind it.</summary>
internal static class StoreLoader
{
    private const int GrowthCheckInterval = 1024;

    /// <param name="destage">
    /// Move small writes to segments while the WAL is replayed, and raise the format's version: for a store that goes to work, not for one only looked at.
    /// </param>
    public static EngineContext Load(IBlockStorage storage, StoreOptions options, bool destage = false)
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
            Replay(engine, superblock, manifest, destage);
            if (destage && superblock.Version < Superblock.FormatVersion)
            {
                superblock.Write(storage); // Before anything that an older program would not understand.
            }

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

    private static void Replay(EngineContext engine, Superblock superblock, Manifest manifest, bool destage)
    {
        // The index may refer to data staged before the checkpoint, so that comes first; then the index; then what is behind it.
        var wal = new WalReader(engine.Storage, superblock.Salt);
        var last = new LastBatch();
        wal.ReadRaw(manifest.WalFile, manifest.WalSequence, (sequence, record) =>
        {
            if (sequence <= manifest.Sequence)
            {
                Stage(engine, WalRecord.Decode(sequence, record, engine.StagedBuffers));
                return;
            }

            List<StoredExtent> bulk = [.. WalRecord.BulkOf(record)];
            bulk.ForEach(extent => engine.Segments.KeepForReplay(extent.Slot));
            if (wal.LastBatch.FirstSequence > manifest.Sequence)
            {
                last.Read(wal.LastBatch, bulk); // One that the checkpoint has a part of was synced before it.
            }
        });
        if (wal.NextSequence <= manifest.Sequence)
        {
            throw new StoreFailedException(
                $"the WAL ends before transaction {wal.NextSequence}, but the checkpoint was made at {manifest.Sequence}: WAL files are missing or damaged");
        }

        ulong next = last.IsWhole(engine, wal.LastBatch) ? wal.NextSequence : wal.LastBatch.FirstSequence;
        if (destage && next != wal.NextSequence)
        {
            LastBatch.Erase(engine.Storage, wal.LastBatch);
        }

        MakeDurable(engine.Storage, wal);
        LoadIndex(engine, manifest);
        engine.Segments.SealAllInUse();
        engine.Sequence = manifest.Sequence;
        if (next > manifest.Sequence + 1)
        {
            ReplayBehind(engine, superblock, wal.Files.Last(f => f.FirstSequence <= manifest.Sequence + 1), next, destage);
        }

        engine.Segments.SealAllInUse();
        engine.Index.GrowIfCrowded();
        engine.WalFiles.Recovered(wal.Files, Math.Max(wal.LastNumber, manifest.WalFile - 1));
    }

    /// <summary>
    /// Applies what is behind the checkpoint. The WAL is read once more rather than held in memory, and small writes are moved to segments
    /// on the way: a start needs no more memory than work does.
    /// </summary>
    /// <param name="until">The sequence of the first that counts no more.</param>
    private static void ReplayBehind(EngineContext engine, Superblock superblock, (ulong File, ulong FirstSequence) from, ulong until, bool destage)
    {
        using Destager? destager = destage ? new Destager(engine) : null;
        long stagedMax = engine.StagedBytesMax / 2;
        var wal = new WalReader(engine.Storage, superblock.Salt) { Buffers = engine.StagedBuffers };
        wal.Read(from.File, from.FirstSequence, record =>
        {
            if (record.Sequence <= engine.Sequence || record.Sequence >= until)
            {
                return;
            }

            Stage(engine, record);
            engine.Applier.Apply(record.Pg, record.Transaction, record.Placements);
            engine.Sequence = record.Sequence;
            if (record.Sequence % GrowthCheckInterval == 0)
            {
                engine.Index.GrowIfCrowded();
            }

            if (engine.Staging.MemoryBytes > stagedMax)
            {
                destager?.Run(ulong.MaxValue, () => engine.Staging.MemoryBytes < stagedMax / 2);
            }
        });
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

        engine.Catalog.EndLoad();
    }
}
