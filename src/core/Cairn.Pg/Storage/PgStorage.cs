using System.Buffers;
using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Binary;
using Cairn.Objects.Transactions;

namespace Cairn.Pg.Storage;

/// <summary>Puts a PG's own state into transactions, beside the objects it speaks of, and reads it back.</summary>
/// <remarks>
/// Head, tail and counts change with every write, so the write's own log entry says them (<see cref="AddWritten"/>), and <see cref="MetaKeys.FastInfo"/>
/// whatever else changes the log: peering, filling, splits. Of the two the newer counts: an entry that says them and is newer than that head was
/// written after it, since whoever takes entries away or puts others in says the head that is left in the same transaction.
/// </remarks>
internal static class PgStorage
{
    private const byte FormatVersion = 1;
    private const byte EntryTag = 1;
    private const byte DupTag = 2;
    private const byte WrittenTag = 3;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _scratch;

    public static void AddInfo(StoreTransaction transaction, PgInfo info, Epoch storedEpoch, PastIntervals past)
    {
        ArrayBufferWriter<byte> buffer = Scratch();
        var writer = new ByteWriter(buffer);
        writer.Byte(FormatVersion);
        writer.VarUInt(storedEpoch.Value);
        PgCodec.Write(writer, info);
        transaction.Add(new SetMeta(MetaKeys.Info, buffer.WrittenSpan.ToArray()));
        buffer = Scratch();
        writer = new ByteWriter(buffer);
        PgCodec.Write(writer, info.LastUpdate);
        Write(writer, new FastInfo(info.LogTail, info.ObjectCount, info.Bytes));
        transaction.Add(new SetMeta(MetaKeys.FastInfo, buffer.WrittenSpan.ToArray()));
        buffer = Scratch();
        PgCodec.Write(new ByteWriter(buffer), past);
        transaction.Add(new SetMeta(MetaKeys.PastIntervals, buffer.WrittenSpan.ToArray()));
    }

    /// <summary>An entry just made, the newest, and what the PG has come to with it.</summary>
    public static void AddWritten(StoreTransaction transaction, LogEntry entry, in FastInfo info)
    {
        ArrayBufferWriter<byte> buffer = Scratch();
        var writer = new ByteWriter(buffer);
        writer.Byte(WrittenTag);
        Write(writer, info);
        PgCodec.Write(writer, entry);
        transaction.Add(new SetLog(entry.Version, buffer.WrittenSpan.ToArray()));
    }

    public static void AddLogEntry(StoreTransaction transaction, LogEntry entry)
    {
        ArrayBufferWriter<byte> buffer = Scratch();
        var writer = new ByteWriter(buffer);
        writer.Byte(EntryTag);
        PgCodec.Write(writer, entry);
        transaction.Add(new SetLog(entry.Version, buffer.WrittenSpan.ToArray()));
    }

    public static void AddDup(StoreTransaction transaction, DupEntry dup)
    {
        ArrayBufferWriter<byte> buffer = Scratch();
        var writer = new ByteWriter(buffer);
        writer.Byte(DupTag);
        PgCodec.Write(writer, dup);
        transaction.Add(new SetLog(dup.Version, buffer.WrittenSpan.ToArray()));
    }

    /// <summary>Records what the missing set now says of an object.</summary>
    public static void AddMissing(StoreTransaction transaction, MissingSet missing, ObjectId id)
    {
        if (missing.TryGet(id, out MissingItem item))
        {
            ArrayBufferWriter<byte> buffer = Scratch();
            PgCodec.Write(new ByteWriter(buffer), item);
            transaction.Add(new SetMeta(MetaKeys.Missing(id), buffer.WrittenSpan.ToArray()));
        }
        else
        {
            transaction.Add(new RemoveMeta(MetaKeys.Missing(id)));
        }
    }

    /// <summary>Replaces the whole stored log and missing set.</summary>
    public static void AddWholeLog(StoreTransaction transaction, PgLog log, MissingSet missing)
    {
        transaction.Add(new ClearLog());
        transaction.Add(new RemoveMetaRange(OldLogKeys.All.From, OldLogKeys.All.To)); // Of a split that an older program was cut off in.
        transaction.Add(new RemoveMetaRange(MetaKeys.AllMissing.From, MetaKeys.AllMissing.To));
        foreach (DupEntry dup in log.ListDups())
        {
            AddDup(transaction, dup);
        }

        for (int i = 0; i < log.Count; i++)
        {
            AddLogEntry(transaction, log[i]);
        }

        foreach (MissingItem item in missing.Items)
        {
            AddMissing(transaction, missing, item.Object);
        }
    }

    public static void AddMerge(StoreTransaction transaction, LogMergeOutcome outcome, MissingSet missing)
    {
        foreach (LogEntry entry in outcome.Divergent)
        {
            transaction.Add(new RemoveLog(entry.Version));
        }

        foreach (DupEntry dup in outcome.Dups)
        {
            AddDup(transaction, dup);
        }

        foreach (LogEntry entry in outcome.Extended.Concat(outcome.Added))
        {
            AddLogEntry(transaction, entry);
        }

        foreach (ObjectId id in outcome.Removed)
        {
            transaction.Add(new RemoveObject(id));
        }

        foreach (ObjectId id in outcome.Touched)
        {
            AddMissing(transaction, missing, id);
        }
    }

    public static void AddSplitOrigin(StoreTransaction transaction, uint parentSeed, Epoch splitIn)
    {
        ArrayBufferWriter<byte> buffer = Scratch();
        var writer = new ByteWriter(buffer);
        writer.VarUInt(parentSeed);
        writer.VarUInt(splitIn.Value);
        transaction.Add(new SetMeta(MetaKeys.SplitOrigin, buffer.WrittenSpan.ToArray()));
    }

    public static Epoch? ReadStoredEpoch(IObjectCatalog catalog, PgId pg)
    {
        if (catalog.GetMeta(pg, MetaKeys.Info) is not { } bytes)
        {
            return null;
        }

        return IsSplitCutOff(catalog, pg) ? null : ReadEpoch(bytes);
    }

    /// <summary>The metadata of a child was stored, but the parent is still before the split.</summary>
    private static bool IsSplitCutOff(IObjectCatalog catalog, PgId pg)
    {
        if (catalog.GetMeta(pg, MetaKeys.SplitOrigin) is not { } origin)
        {
            return false;
        }

        var reader = new ByteReader(origin);
        var parent = pg with { Seed = reader.VarUInt32() };
        Epoch splitIn = PgCodec.ReadEpoch(ref reader);
        return catalog.GetMeta(parent, MetaKeys.Info) is { } info && ReadEpoch(info) < splitIn;
    }

    private static Epoch ReadEpoch(byte[] info)
    {
        var reader = new ByteReader(info);
        RequireFormat(reader.Byte());
        return PgCodec.ReadEpoch(ref reader);
    }

    public static StoredPg Read(IObjectCatalog catalog, PgId pg)
    {
        byte[]? bytes = catalog.GetMeta(pg, MetaKeys.Info);
        byte[]? fast = catalog.GetMeta(pg, MetaKeys.FastInfo);
        byte[]? intervals = catalog.GetMeta(pg, MetaKeys.PastIntervals);
        Invariant.Require(bytes is not null && fast is not null && intervals is not null, $"pg {pg} is stored whole");
        var reader = new ByteReader(bytes);
        RequireFormat(reader.Byte());
        Epoch epoch = PgCodec.ReadEpoch(ref reader);
        PgInfo info = PgCodec.ReadInfo(ref reader);
        var pastReader = new ByteReader(intervals);
        PastIntervals past = PgCodec.ReadPastIntervals(ref pastReader);
        var fastReader = new ByteReader(fast);
        Eversion head = PgCodec.ReadEversion(ref fastReader);
        var log = new StoredLog(head, ReadFastInfo(ref fastReader));
        ReadLog(catalog, pg, log);
        info = info with
        {
            LastUpdate = log.Head,
            LogTail = log.Info.Tail,
            ObjectCount = log.Info.ObjectCount,
            Bytes = log.Info.Bytes,
        };

        var missing = new MissingSet();
        foreach (var (_, value) in catalog.ListMeta(pg, MetaKeys.AllMissing.From, MetaKeys.AllMissing.To))
        {
            var missingReader = new ByteReader(value);
            missing.Set(PgCodec.ReadMissing(ref missingReader));
        }

        return new StoredPg(info, epoch, past, log.ToLog(), missing);
    }

    /// <summary>What makes a log of metadata, as older programs wrote it, a log; null if there is none.</summary>
    public static StoreTransaction? ConvertOldLog(IObjectCatalog catalog, PgId pg)
    {
        IReadOnlyList<KeyValuePair<string, byte[]>> old = catalog.ListMeta(pg, OldLogKeys.All.From, OldLogKeys.All.To);
        if (old.Count == 0)
        {
            return null;
        }

        StoreTransaction transaction = new StoreTransaction().Add(new RemoveMetaRange(OldLogKeys.All.From, OldLogKeys.All.To));
        foreach (var (key, value) in old)
        {
            transaction.Add(new SetLog(OldLogKeys.VersionOf(key), value));
        }

        return transaction;
    }

    private static void ReadLog(IObjectCatalog catalog, PgId pg, StoredLog log)
    {
        foreach (byte[] value in catalog.ListMeta(pg, OldLogKeys.All.From, OldLogKeys.All.To).Select(static e => e.Value)
            .Concat(catalog.ListLog(pg).Select(static e => e.Value)))
        {
            var reader = new ByteReader(value);
            switch (reader.Byte())
            {
                case DupTag:
                    log.Add(PgCodec.ReadDup(ref reader));
                    break;
                case EntryTag:
                    log.Add(PgCodec.ReadLogEntry(ref reader));
                    break;
                case WrittenTag:
                    FastInfo info = ReadFastInfo(ref reader);
                    log.AddWritten(PgCodec.ReadLogEntry(ref reader), info);
                    break;
                case var tag:
                    throw new MalformedDataException($"pg {pg} has a log entry of kind {tag}");
            }
        }
    }

    private static void Write(ByteWriter writer, in FastInfo info)
    {
        PgCodec.Write(writer, info.Tail);
        writer.VarInt(info.ObjectCount);
        writer.VarInt(info.Bytes);
    }

    private static FastInfo ReadFastInfo(ref ByteReader reader)
    {
        Eversion tail = PgCodec.ReadEversion(ref reader);
        return new FastInfo(tail, reader.VarInt(), reader.VarInt());
    }

    private static void RequireFormat(byte version)
    {
        if (version != FormatVersion)
        {
            throw new MalformedDataException($"PG info of version {version}; this program reads version {FormatVersion}");
        }
    }

    private static ArrayBufferWriter<byte> Scratch()
    {
        ArrayBufferWriter<byte> scratch = _scratch ??= new ArrayBufferWriter<byte>(512);
        scratch.ResetWrittenCount();
        return scratch;
    }
}
