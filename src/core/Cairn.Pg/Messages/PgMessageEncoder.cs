using System.Buffers;
using Cairn.Objects;
using Cairn.Objects.Binary;
using Cairn.Objects.Transactions;
using Cairn.Pg.Scrub;
using Cairn.Pg.Storage;

namespace Cairn.Pg.Messages;

internal static class PgMessageEncoder
{
    public static PgMessageTag TagOf(PgMessage message) => message switch
    {
        PgQuery => PgMessageTag.Query,
        PgNotify => PgMessageTag.Notify,
        PgLogReply => PgMessageTag.LogReply,
        PgActivate => PgMessageTag.Activate,
        PgActivateAck => PgMessageTag.ActivateAck,
        PgHistoryUpdate => PgMessageTag.HistoryUpdate,
        PgRemove => PgMessageTag.Remove,
        RepOp => PgMessageTag.RepOp,
        RepOpReply => PgMessageTag.RepOpReply,
        LeaseRequest => PgMessageTag.LeaseRequest,
        LeaseAck => PgMessageTag.LeaseAck,
        Pull => PgMessageTag.Pull,
        PullRefused => PgMessageTag.PullRefused,
        Push => PgMessageTag.Push,
        PushReply => PgMessageTag.PushReply,
        BackfillScan => PgMessageTag.BackfillScan,
        BackfillDigest => PgMessageTag.BackfillDigest,
        BackfillRemove => PgMessageTag.BackfillRemove,
        BackfillRemoveReply => PgMessageTag.BackfillRemoveReply,
        BackfillProgress => PgMessageTag.BackfillProgress,
        BackfillProgressReply => PgMessageTag.BackfillProgressReply,
        ReserveRequest => PgMessageTag.ReserveRequest,
        ReserveGrant => PgMessageTag.ReserveGrant,
        ReserveReject => PgMessageTag.ReserveReject,
        ReserveRelease => PgMessageTag.ReserveRelease,
        ScrubRequest => PgMessageTag.ScrubRequest,
        ScrubMap => PgMessageTag.ScrubMap,
        _ => throw new ArgumentException($"{message.GetType().Name} has no wire form", nameof(message)),
    };

    public static void Encode(PgMessage message, ByteWriter writer, IBufferWriter<byte> header, ICollection<ReadOnlyMemory<byte>> payload)
    {
        switch (message)
        {
            case RepOp op:
                PgCodec.Write(writer, op.Entry);
                PgCodec.Write(writer, op.Previous);
                writer.Byte(op.LogOnly ? (byte)1 : (byte)0);
                PgCodec.Write(writer, op.TrimTo);
                writer.VarInt(op.ObjectCount);
                writer.VarInt(op.Bytes);
                StoreTransactionCodec.Encode(op.Transaction, header, payload); // Last: it fills the rest of the header.
                break;
            case RepOpReply reply:
                PgCodec.Write(writer, reply.Committed);
                break;
            case LeaseRequest request:
                writer.VarInt(request.SentAtMs);
                break;
            case LeaseAck ack:
                writer.VarInt(ack.SentAtMs);
                break;
            case PgQuery query:
                writer.Byte((byte)query.Kind);
                PgCodec.Write(writer, query.Since);
                break;
            case PgNotify notify:
                PgCodec.Write(writer, notify.Info);
                PgCodec.Write(writer, notify.PastIntervals);
                WriteLeases(writer, notify.Leases);
                break;
            case PgLogReply reply:
                PgCodec.Write(writer, reply.Info);
                WriteSegment(writer, reply.Log);
                writer.VarUInt((ulong)reply.Missing.Count);
                foreach (MissingItem item in reply.Missing)
                {
                    PgCodec.Write(writer, item);
                }

                break;
            case PgActivate activate:
                PgCodec.Write(writer, activate.Info);
                PgCodec.Write(writer, activate.PastIntervals);
                WriteSegment(writer, activate.Log);
                writer.Byte(activate.StartsBackfill ? (byte)1 : (byte)0);
                WriteLeases(writer, activate.Leases);
                break;
            case PgActivateAck ack:
                writer.VarUInt(ack.Started.Value);
                break;
            case PgHistoryUpdate update:
                PgCodec.Write(writer, update.History);
                break;
            default:
                EncodeRecovery(message, writer, payload);
                break;
        }
    }

    private static void EncodeRecovery(PgMessage message, ByteWriter writer, ICollection<ReadOnlyMemory<byte>> payload)
    {
        switch (message)
        {
            case Pull pull:
                WriteVersioned(writer, pull.Object, pull.Version);
                Write(writer, pull.From);
                break;
            case PullRefused refused:
                WriteVersioned(writer, refused.Object, refused.Version);
                writer.Text(refused.Reason);
                break;
            case Push push:
                Write(writer, push);
                if (!push.Data.IsEmpty)
                {
                    payload.Add(push.Data);
                }

                break;
            case PushReply reply:
                WriteVersioned(writer, reply.Object, reply.Version);
                Write(writer, reply.From);
                break;
            case ScrubRequest request:
                writer.VarUInt(request.Sequence);
                WriteOptional(writer, request.After);
                WriteOptional(writer, request.UpTo);
                writer.Byte(request.Deep ? (byte)1 : (byte)0);
                break;
            case ScrubMap map:
                writer.VarUInt(map.Sequence);
                writer.VarUInt((ulong)map.Entries.Count);
                foreach (ScrubEntry entry in map.Entries)
                {
                    WriteVersioned(writer, entry.Object, entry.Version);
                    writer.VarUInt(entry.Size);
                    writer.UInt32(entry.XattrDigest);
                    writer.UInt32(entry.OmapDigest);
                    writer.UInt32(entry.DataDigest);
                    writer.Byte(entry.ReadFailed ? (byte)1 : (byte)0);
                }

                break;
            case BackfillScan scan:
                WriteOptional(writer, scan.After);
                writer.VarUInt((ulong)scan.Max);
                break;
            case BackfillDigest digest:
                WriteOptional(writer, digest.After);
                writer.Byte(digest.AtEnd ? (byte)1 : (byte)0);
                writer.VarUInt((ulong)digest.Objects.Count);
                foreach (ObjectVersion item in digest.Objects)
                {
                    WriteVersioned(writer, item.Object, item.Version);
                }

                break;
            case BackfillRemove remove:
                writer.VarUInt(remove.Sequence);
                writer.VarUInt((ulong)remove.Objects.Count);
                foreach (ObjectId id in remove.Objects)
                {
                    PgCodec.Write(writer, id);
                }

                break;
            case BackfillRemoveReply reply:
                writer.VarUInt(reply.Sequence);
                break;
            case BackfillProgress progress:
                PgCodec.Write(writer, progress.LastBackfill);
                writer.VarInt(progress.ObjectCount);
                writer.VarInt(progress.Bytes);
                break;
            case BackfillProgressReply reply:
                PgCodec.Write(writer, reply.LastBackfill);
                break;
            case ReserveRequest request:
                writer.VarInt(request.Priority);
                writer.Byte(request.Backfill ? (byte)1 : (byte)0);
                break;
            default:
                break; // The rest has no fields.
        }
    }

    private static void Write(ByteWriter writer, Push push)
    {
        WriteVersioned(writer, push.Object, push.Version);
        writer.VarInt(push.ModifiedUnixMs);
        writer.VarUInt(push.Size);
        Write(writer, push.From);
        writer.Byte(push.Next is null ? (byte)0 : (byte)1);
        if (push.Next is { } next)
        {
            Write(writer, next);
        }

        writer.VarUInt((ulong)push.Data.Length);
        WriteValues(writer, push.Xattrs);
        WriteValues(writer, push.Omap);
    }

    private static void Write(ByteWriter writer, TransferCursor cursor)
    {
        writer.VarUInt(cursor.DataOffset);
        writer.Byte((byte)((cursor.DataDone ? 1 : 0) | (cursor.OmapAfter is null ? 0 : 2)));
        if (cursor.OmapAfter is { } after)
        {
            writer.Text(after);
        }
    }

    private static void WriteVersioned(ByteWriter writer, ObjectId id, Eversion version)
    {
        PgCodec.Write(writer, id);
        PgCodec.Write(writer, version);
    }

    private static void WriteOptional(ByteWriter writer, ObjectId? id)
    {
        writer.Byte(id is null ? (byte)0 : (byte)1);
        if (id is not null)
        {
            PgCodec.Write(writer, id);
        }
    }

    private static void WriteValues(ByteWriter writer, IReadOnlyList<KeyValuePair<string, byte[]>> values)
    {
        writer.VarUInt((ulong)values.Count);
        foreach (var (key, value) in values)
        {
            writer.Text(key);
            writer.Bytes(value);
        }
    }

    private static void WriteLeases(ByteWriter writer, IReadOnlyList<LeaseBound> leases)
    {
        writer.VarUInt((ulong)leases.Count);
        foreach (LeaseBound lease in leases)
        {
            writer.VarInt(lease.Holder.Value);
            writer.VarInt(lease.RemainingMs);
        }
    }

    private static void WriteSegment(ByteWriter writer, LogSegment log)
    {
        PgCodec.Write(writer, log.Tail);
        PgCodec.Write(writer, log.Head);
        writer.VarUInt((ulong)log.Entries.Count);
        foreach (LogEntry entry in log.Entries)
        {
            PgCodec.Write(writer, entry);
        }

        writer.VarUInt((ulong)log.Dups.Count);
        foreach (DupEntry dup in log.Dups)
        {
            PgCodec.Write(writer, dup);
        }
    }
}
