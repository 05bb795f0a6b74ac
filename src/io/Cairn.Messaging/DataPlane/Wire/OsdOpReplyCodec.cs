using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Operations;

namespace Cairn.Messaging.DataPlane.Wire;

/// <summary><see cref="OsdOpReply"/> to and from its message in <c>osd.proto</c>.</summary>
internal static class OsdOpReplyCodec
{
    public static int PayloadLength(OsdOpReply reply)
    {
        int total = 0;
        for (int i = 0; i < reply.Results.Count; i++)
        {
            StepResult result = reply.Results[i];
            total += result.Data.Length;
            for (int j = 0; j < result.Values.Count; j++)
            {
                total += result.Values[j].Value.Length;
            }
        }

        return total;
    }

    public static void Write(ProtoWriter writer, OsdOpReply reply, List<ReadOnlyMemory<byte>> payload)
    {
        int mark = writer.Begin(HeaderField.OsdOpReply);
        writer.Fixed64(1, reply.Id.Client);
        writer.Varint(2, reply.Id.Sequence);
        writer.Varint(3, (ulong)reply.Status);
        writer.Varint(4, reply.Version.Epoch.Value);
        writer.Varint(5, reply.Version.Version);
        writer.Text(6, reply.Message);
        for (int i = 0; i < reply.Results.Count; i++)
        {
            WriteResult(writer, reply.Results[i], payload);
        }

        writer.End(mark);
    }

    public static OsdOpReply Read(ReadOnlySpan<byte> bytes, ReadOnlyMemory<byte> payload)
    {
        ulong client = 0, sequence = 0, version = 0;
        uint epoch = 0;
        OpStatus status = OpStatus.Ok;
        string message = "";
        List<StepResult> results = new(1);
        PayloadCursor cursor = new(payload);
        ProtoReader reader = new(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    client = reader.Fixed64();
                    break;
                case 2:
                    sequence = reader.Varint();
                    break;
                case 3:
                    status = (OpStatus)reader.Count();
                    break;
                case 4:
                    epoch = reader.UInt32();
                    break;
                case 5:
                    version = reader.Varint();
                    break;
                case 6:
                    message = reader.Text();
                    break;
                case 7:
                    results.Add(ReadResult(reader.Bytes(), ref cursor));
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        cursor.RequireEnd();
        return new OsdOpReply(new RequestId(client, sequence), status, new Eversion(new Epoch(epoch), version), results, message);
    }

    private static void WriteResult(ProtoWriter writer, StepResult result, List<ReadOnlyMemory<byte>> payload)
    {
        int mark = writer.Begin(7);
        writer.Varint(1, (ulong)result.Status);
        if (result.Values.Count > 0)
        {
            EntryWriter.Write(writer, 2, 3, 4, result.Values, payload);
        }
        else if (result.Data.Length > 0)
        {
            writer.Varint(2, (ulong)result.Data.Length);
            payload.Add(result.Data);
        }

        if (result.Stat is { } stat)
        {
            int statMark = writer.Begin(5);
            writer.Varint(1, stat.Size);
            writer.Varint(2, stat.Version.Epoch.Value);
            writer.Varint(3, stat.Version.Version);
            writer.Varint(4, (ulong)stat.ModifiedUnixMs);
            writer.End(statMark);
        }

        for (int i = 0; i < result.Objects.Count; i++)
        {
            ObjectNameCodec.Write(writer, 6, result.Objects[i], 0);
        }

        writer.Flag(7, result.More);
        writer.End(mark);
    }

    private static StepResult ReadResult(ReadOnlySpan<byte> bytes, ref PayloadCursor payload)
    {
        OpStatus status = OpStatus.Ok;
        int dataLength = 0;
        List<string>? keys = null;
        List<int>? lengths = null;
        ObjectStat? stat = null;
        List<ObjectId>? objects = null;
        bool more = false;
        ProtoReader reader = new(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    status = (OpStatus)reader.Count();
                    break;
                case 2:
                    dataLength = reader.Count();
                    break;
                case 3:
                    (keys ??= []).Add(reader.Text());
                    break;
                case 4:
                    reader.Repeated(lengths ??= []);
                    break;
                case 5:
                    stat = ReadStat(reader.Bytes());
                    break;
                case 6:
                    (objects ??= []).Add(ObjectNameCodec.Read(reader.Bytes(), 0));
                    break;
                case 7:
                    more = reader.Varint() != 0;
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        if (keys is not null)
        {
            return new StepResult(status) { Values = EntryWriter.Join(keys, lengths ?? [], dataLength, ref payload), Stat = stat, More = more };
        }

        if (dataLength == 0 && status == OpStatus.Ok && stat is null && objects is null && !more)
        {
            return StepResult.Done;
        }

        return new StepResult(status) { Data = payload.Take(dataLength), Stat = stat, Objects = objects ?? (IReadOnlyList<ObjectId>)[], More = more };
    }

    private static ObjectStat ReadStat(ReadOnlySpan<byte> bytes)
    {
        ulong size = 0, version = 0;
        uint epoch = 0;
        long modified = 0;
        ProtoReader reader = new(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    size = reader.Varint();
                    break;
                case 2:
                    epoch = reader.UInt32();
                    break;
                case 3:
                    version = reader.Varint();
                    break;
                case 4:
                    modified = (long)reader.Varint();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new ObjectStat(size, new Eversion(new Epoch(epoch), version), modified);
    }
}
