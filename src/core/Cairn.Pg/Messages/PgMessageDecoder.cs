using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Binary;
using Cairn.Objects.Transactions;
using Cairn.Pg.Scrub;
using Cairn.Pg.Storage;

namespace Cairn.Pg.Messages;

internal static class PgMessageDecoder
{
    /// <summary>Above any list a PG sends: a bound for garbage. Lists grow as they are read, never by what a count claims.</summary>
    private const int CountMax = 1 << 22;

    private delegate T Read<out T>(ref ByteReader reader);

    public static PgMessage Decode(
        PgMessageTag tag, PgId pg, Epoch epoch, ref ByteReader reader, ReadOnlySpan<byte> header, ReadOnlyMemory<byte> payload)
    {
        if (tag is not (PgMessageTag.RepOp or PgMessageTag.Push) && !payload.IsEmpty)
        {
            throw new MalformedDataException($"{tag} carries no data, but {payload.Length} bytes came with it");
        }

        return tag switch
        {
            PgMessageTag.Query => new PgQuery((QueryKind)reader.Byte(), PgCodec.ReadEversion(ref reader)) { Pg = pg, Epoch = epoch },
            PgMessageTag.Notify => new PgNotify(PgCodec.ReadInfo(ref reader), PgCodec.ReadPastIntervals(ref reader), ReadLeases(ref reader)) { Pg = pg, Epoch = epoch },
            PgMessageTag.LogReply => new PgLogReply(PgCodec.ReadInfo(ref reader), ReadSegment(ref reader), List(ref reader, PgCodec.ReadMissing)) { Pg = pg, Epoch = epoch },
            PgMessageTag.Activate => new PgActivate(
                PgCodec.ReadInfo(ref reader), PgCodec.ReadPastIntervals(ref reader), ReadSegment(ref reader), ReadFlag(ref reader), ReadLeases(ref reader)) { Pg = pg, Epoch = epoch },
            PgMessageTag.ActivateAck => new PgActivateAck(PgCodec.ReadEpoch(ref reader)) { Pg = pg, Epoch = epoch },
            PgMessageTag.HistoryUpdate => new PgHistoryUpdate(PgCodec.ReadHistory(ref reader)) { Pg = pg, Epoch = epoch },
            PgMessageTag.Remove => new PgRemove { Pg = pg, Epoch = epoch },
            PgMessageTag.RepOp => ReadRepOp(pg, epoch, ref reader, header, payload),
            PgMessageTag.RepOpReply => new RepOpReply(PgCodec.ReadEversion(ref reader)) { Pg = pg, Epoch = epoch },
            PgMessageTag.LeaseRequest => new LeaseRequest(reader.VarInt()) { Pg = pg, Epoch = epoch },
            PgMessageTag.LeaseAck => new LeaseAck(reader.VarInt()) { Pg = pg, Epoch = epoch },
            _ => DecodeRecovery(tag, pg, epoch, ref reader, payload),
        };
    }

    private static PgMessage DecodeRecovery(PgMessageTag tag, PgId pg, Epoch epoch, ref ByteReader reader, ReadOnlyMemory<byte> payload) => tag switch
    {
        PgMessageTag.Pull => new Pull(PgCodec.ReadObjectId(ref reader), PgCodec.ReadEversion(ref reader), ReadCursor(ref reader)) { Pg = pg, Epoch = epoch },
        PgMessageTag.PullRefused => new PullRefused(PgCodec.ReadObjectId(ref reader), PgCodec.ReadEversion(ref reader), reader.Text()) { Pg = pg, Epoch = epoch },
        PgMessageTag.Push => ReadPush(pg, epoch, ref reader, payload),
        PgMessageTag.PushReply => new PushReply(PgCodec.ReadObjectId(ref reader), PgCodec.ReadEversion(ref reader), ReadCursor(ref reader)) { Pg = pg, Epoch = epoch },
        PgMessageTag.ScrubRequest => new ScrubRequest(reader.VarUInt(), ReadOptional(ref reader), ReadOptional(ref reader), ReadFlag(ref reader)) { Pg = pg, Epoch = epoch },
        PgMessageTag.ScrubMap => new ScrubMap(reader.VarUInt(), List(ref reader, ReadScrubEntry)) { Pg = pg, Epoch = epoch },
        PgMessageTag.BackfillScan => new BackfillScan(ReadOptional(ref reader), reader.Count(CountMax)) { Pg = pg, Epoch = epoch },
        PgMessageTag.BackfillDigest => ReadDigest(pg, epoch, ref reader),
        PgMessageTag.BackfillRemove => ReadRemove(pg, epoch, ref reader),
        PgMessageTag.BackfillRemoveReply => new BackfillRemoveReply(reader.VarUInt()) { Pg = pg, Epoch = epoch },
        PgMessageTag.BackfillProgress => new BackfillProgress(PgCodec.ReadCursor(ref reader), reader.VarInt(), reader.VarInt()) { Pg = pg, Epoch = epoch },
        PgMessageTag.BackfillProgressReply => new BackfillProgressReply(PgCodec.ReadCursor(ref reader)) { Pg = pg, Epoch = epoch },
        PgMessageTag.ReserveRequest => new ReserveRequest((int)reader.VarInt(), ReadFlag(ref reader)) { Pg = pg, Epoch = epoch },
        PgMessageTag.ReserveGrant => new ReserveGrant { Pg = pg, Epoch = epoch },
        PgMessageTag.ReserveReject => new ReserveReject { Pg = pg, Epoch = epoch },
        PgMessageTag.ReserveRelease => new ReserveRelease { Pg = pg, Epoch = epoch },
        _ => throw new MalformedDataException($"PG message of unknown kind {(byte)tag}"),
    };

    private static RepOp ReadRepOp(PgId pg, Epoch epoch, ref ByteReader reader, ReadOnlySpan<byte> header, ReadOnlyMemory<byte> payload)
    {
        LogEntry entry = PgCodec.ReadLogEntry(ref reader);
        Eversion previous = PgCodec.ReadEversion(ref reader);
        bool logOnly = ReadFlag(ref reader);
        Eversion trimTo = PgCodec.ReadEversion(ref reader);
        long objectCount = reader.VarInt();
        long bytes = reader.VarInt();
        StoreTransaction transaction = StoreTransactionCodec.Decode(header[^reader.Remaining..], payload);
        return new RepOp(entry, previous, transaction, logOnly, trimTo, objectCount, bytes) { Pg = pg, Epoch = epoch };
    }

    private static Push ReadPush(PgId pg, Epoch epoch, ref ByteReader reader, ReadOnlyMemory<byte> payload)
    {
        ObjectId id = PgCodec.ReadObjectId(ref reader);
        Eversion version = PgCodec.ReadEversion(ref reader);
        long modified = reader.VarInt();
        ulong size = reader.VarUInt();
        TransferCursor from = ReadCursor(ref reader);
        TransferCursor? next = ReadFlag(ref reader) ? ReadCursor(ref reader) : null;
        ulong length = reader.VarUInt();
        if (length != (ulong)payload.Length)
        {
            throw new MalformedDataException($"a push of {length} bytes came with {payload.Length}");
        }

        var xattrs = List(ref reader, ReadValue);
        return new Push(id, version, modified, size, from, next, payload, xattrs, List(ref reader, ReadValue)) { Pg = pg, Epoch = epoch };
    }

    private static ScrubEntry ReadScrubEntry(ref ByteReader reader)
    {
        ObjectId id = PgCodec.ReadObjectId(ref reader);
        Eversion version = PgCodec.ReadEversion(ref reader);
        return new ScrubEntry(id, version, reader.VarUInt(), reader.UInt32(), reader.UInt32(), reader.UInt32(), ReadFlag(ref reader));
    }

    private static BackfillDigest ReadDigest(PgId pg, Epoch epoch, ref ByteReader reader)
    {
        ObjectId? after = ReadOptional(ref reader);
        bool atEnd = ReadFlag(ref reader);
        var objects = List(ref reader, static (ref ByteReader r) =>
        {
            ObjectId id = PgCodec.ReadObjectId(ref r);
            return new ObjectVersion(id, PgCodec.ReadEversion(ref r));
        });
        return new BackfillDigest(after, objects, atEnd) { Pg = pg, Epoch = epoch };
    }

    private static BackfillRemove ReadRemove(PgId pg, Epoch epoch, ref ByteReader reader)
    {
        ulong sequence = reader.VarUInt();
        return new BackfillRemove(List(ref reader, PgCodec.ReadObjectId), sequence) { Pg = pg, Epoch = epoch };
    }

    private static TransferCursor ReadCursor(ref ByteReader reader)
    {
        ulong offset = reader.VarUInt();
        byte flags = reader.Byte();
        return new TransferCursor(offset, (flags & 1) != 0, (flags & 2) != 0 ? reader.Text() : null);
    }

    private static ObjectId? ReadOptional(ref ByteReader reader) => ReadFlag(ref reader) ? PgCodec.ReadObjectId(ref reader) : null;

    private static bool ReadFlag(ref ByteReader reader) => reader.Byte() switch
    {
        0 => false,
        1 => true,
        var flag => throw new MalformedDataException($"flag of value {flag}"),
    };

    private static KeyValuePair<string, byte[]> ReadValue(ref ByteReader reader)
    {
        string key = reader.Text();
        return new(key, reader.Bytes().ToArray());
    }

    private static List<LeaseBound> ReadLeases(ref ByteReader reader) => List(ref reader, static (ref ByteReader r) =>
    {
        OsdId holder = PgCodec.ReadOsd(ref r);
        return new LeaseBound(holder, r.VarInt());
    });

    private static LogSegment ReadSegment(ref ByteReader reader)
    {
        Eversion tail = PgCodec.ReadEversion(ref reader);
        Eversion head = PgCodec.ReadEversion(ref reader);
        List<LogEntry> entries = List(ref reader, PgCodec.ReadLogEntry);
        return new LogSegment(tail, head, entries, List(ref reader, PgCodec.ReadDup));
    }

    private static List<T> List<T>(ref ByteReader reader, Read<T> read)
    {
        int count = reader.Count(CountMax);
        var items = new List<T>(Math.Min(count, 1024));
        for (int i = 0; i < count; i++)
        {
            items.Add(read(ref reader));
        }

        return items;
    }
}
