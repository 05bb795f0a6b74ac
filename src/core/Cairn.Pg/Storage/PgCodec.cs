using System.Collections.Immutable;
using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Binary;
using Cairn.Objects.Operations;

namespace Cairn.Pg.Storage;

/// <summary>The PG's nouns in bytes, alike in the store and on the wire.</summary>
internal static class PgCodec
{
    /// <summary>Above any set of OSDs a PG has.</summary>
    private const int OsdsMax = 1024;

    private const int IntervalsMax = 1 << 20;

    public static void Write(ByteWriter writer, Eversion version)
    {
        writer.VarUInt(version.Epoch.Value);
        writer.VarUInt(version.Version);
    }

    public static Eversion ReadEversion(ref ByteReader reader)
    {
        uint epoch = reader.VarUInt32();
        return new Eversion(new Epoch(epoch), reader.VarUInt());
    }

    public static Epoch ReadEpoch(ref ByteReader reader) => new(reader.VarUInt32());

    public static void Write(ByteWriter writer, ObjectId id)
    {
        writer.VarInt(id.Pool);
        writer.Text(id.Namespace);
        writer.Text(id.Name);
        writer.VarUInt(id.Snapshot + 1); // The head, all ones, becomes 0.
        writer.UInt32(id.Hash);
    }

    public static ObjectId ReadObjectId(ref ByteReader reader)
    {
        long pool = reader.VarInt();
        string nspace = reader.Text();
        string name = reader.Text();
        ulong snapshot = reader.VarUInt() - 1;
        return new ObjectId(pool, nspace, name, snapshot, reader.UInt32());
    }

    public static void Write(ByteWriter writer, BackfillCursor cursor)
    {
        writer.Byte(cursor.IsNothing ? (byte)0 : cursor.IsComplete ? (byte)2 : (byte)1);
        if (cursor.Last is { } last)
        {
            Write(writer, last);
        }
    }

    public static BackfillCursor ReadCursor(ref ByteReader reader) => reader.Byte() switch
    {
        0 => BackfillCursor.Nothing,
        1 => BackfillCursor.At(ReadObjectId(ref reader)),
        2 => BackfillCursor.Complete,
        var kind => throw new MalformedDataException($"backfill cursor of kind {kind}"),
    };

    public static void Write(ByteWriter writer, ImmutableArray<OsdId> osds)
    {
        writer.VarUInt((ulong)osds.Length);
        foreach (OsdId osd in osds)
        {
            writer.VarInt(osd.Value);
        }
    }

    public static ImmutableArray<OsdId> ReadOsds(ref ByteReader reader)
    {
        var osds = ImmutableArray.CreateBuilder<OsdId>(reader.Count(OsdsMax));
        for (int i = osds.Capacity; i > 0; i--)
        {
            osds.Add(ReadOsd(ref reader));
        }

        return osds.MoveToImmutable();
    }

    public static OsdId ReadOsd(ref ByteReader reader) => new((int)reader.VarInt());

    public static void Write(ByteWriter writer, PgHistory history)
    {
        foreach (Epoch epoch in (ReadOnlySpan<Epoch>)[history.EpochCreated, history.LastEpochStarted, history.LastIntervalStarted,
            history.LastEpochClean, history.LastIntervalClean, history.LastEpochSplit, history.LastEpochGivenUp, history.SameIntervalSince, history.SameUpSince,
            history.SamePrimarySince])
        {
            writer.VarUInt(epoch.Value);
        }

        writer.VarInt(history.LastScrubUnixMs);
        writer.VarInt(history.LastDeepScrubUnixMs);
    }

    public static PgHistory ReadHistory(ref ByteReader reader) => new()
    {
        EpochCreated = ReadEpoch(ref reader),
        LastEpochStarted = ReadEpoch(ref reader),
        LastIntervalStarted = ReadEpoch(ref reader),
        LastEpochClean = ReadEpoch(ref reader),
        LastIntervalClean = ReadEpoch(ref reader),
        LastEpochSplit = ReadEpoch(ref reader),
        LastEpochGivenUp = ReadEpoch(ref reader),
        SameIntervalSince = ReadEpoch(ref reader),
        SameUpSince = ReadEpoch(ref reader),
        SamePrimarySince = ReadEpoch(ref reader),
        LastScrubUnixMs = reader.VarInt(),
        LastDeepScrubUnixMs = reader.VarInt(),
    };

    public static void Write(ByteWriter writer, PgInfo info)
    {
        writer.VarInt(info.Pg.Pool);
        writer.VarUInt(info.Pg.Seed);
        Write(writer, info.LastUpdate);
        Write(writer, info.LastComplete);
        Write(writer, info.LogTail);
        writer.VarUInt(info.LastEpochStarted.Value);
        writer.VarUInt(info.LastIntervalStarted.Value);
        Write(writer, info.LastBackfill);
        Write(writer, info.History);
        writer.VarInt(info.ObjectCount);
        writer.VarInt(info.Bytes);
    }

    public static PgInfo ReadInfo(ref ByteReader reader) => new()
    {
        Pg = ReadPgId(ref reader),
        LastUpdate = ReadEversion(ref reader),
        LastComplete = ReadEversion(ref reader),
        LogTail = ReadEversion(ref reader),
        LastEpochStarted = ReadEpoch(ref reader),
        LastIntervalStarted = ReadEpoch(ref reader),
        LastBackfill = ReadCursor(ref reader),
        History = ReadHistory(ref reader),
        ObjectCount = reader.VarInt(),
        Bytes = reader.VarInt(),
    };

    public static PgId ReadPgId(ref ByteReader reader)
    {
        long pool = reader.VarInt();
        return new PgId(pool, reader.VarUInt32());
    }

    public static void Write(ByteWriter writer, PastIntervals past)
    {
        writer.VarUInt((ulong)past.Intervals.Length);
        foreach (PastInterval interval in past.Intervals)
        {
            writer.VarUInt(interval.First.Value);
            writer.VarUInt(interval.Last.Value);
            Write(writer, interval.Up);
            Write(writer, interval.Acting);
            writer.VarInt(interval.Primary.Value);
            writer.Byte(interval.MaybeWentRw ? (byte)1 : (byte)0);
        }
    }

    public static PastIntervals ReadPastIntervals(ref ByteReader reader)
    {
        int count = reader.Count(IntervalsMax);
        var intervals = ImmutableArray.CreateBuilder<PastInterval>();
        for (int i = 0; i < count; i++)
        {
            Epoch first = ReadEpoch(ref reader);
            Epoch last = ReadEpoch(ref reader);
            ImmutableArray<OsdId> up = ReadOsds(ref reader);
            ImmutableArray<OsdId> acting = ReadOsds(ref reader);
            OsdId primary = ReadOsd(ref reader);
            intervals.Add(new PastInterval(first, last, up, acting, primary, reader.Byte() != 0));
        }

        return new PastIntervals(intervals.ToImmutable());
    }

    public static void Write(ByteWriter writer, LogEntry entry)
    {
        writer.Byte((byte)entry.Kind);
        Write(writer, entry.Version);
        Write(writer, entry.PriorVersion);
        writer.UInt64(entry.Request.Client);
        writer.VarUInt(entry.Request.Sequence);
        writer.VarInt(entry.ModifiedUnixMs);
        writer.Byte((byte)entry.Status);
        Write(writer, entry.Object);
    }

    public static LogEntry ReadLogEntry(ref ByteReader reader)
    {
        var kind = (LogEntryKind)reader.Byte();
        Eversion version = ReadEversion(ref reader);
        Eversion prior = ReadEversion(ref reader);
        var request = new RequestId(reader.UInt64(), reader.VarUInt());
        long modified = reader.VarInt();
        var status = (OpStatus)reader.Byte();
        return new LogEntry(kind, ReadObjectId(ref reader), version, prior, request, modified, status);
    }

    public static void Write(ByteWriter writer, DupEntry dup)
    {
        Write(writer, dup.Version);
        writer.UInt64(dup.Request.Client);
        writer.VarUInt(dup.Request.Sequence);
        writer.Byte((byte)dup.Status);
    }

    public static DupEntry ReadDup(ref ByteReader reader)
    {
        Eversion version = ReadEversion(ref reader);
        var request = new RequestId(reader.UInt64(), reader.VarUInt());
        return new DupEntry(version, request, (OpStatus)reader.Byte());
    }

    public static void Write(ByteWriter writer, MissingItem item)
    {
        Write(writer, item.Object);
        Write(writer, item.Need);
        Write(writer, item.Have);
    }

    public static MissingItem ReadMissing(ref ByteReader reader)
    {
        ObjectId id = ReadObjectId(ref reader);
        Eversion need = ReadEversion(ref reader);
        return new MissingItem(id, need, ReadEversion(ref reader));
    }
}
