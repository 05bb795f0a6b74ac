using Cairn.Maps;
using Cairn.Messaging.DataPlane.Frames;
using Cairn.Messaging.Wire;
using Cairn.Objects;
using Google.Protobuf;

namespace Cairn.Messaging.DataPlane.Wire;

/// <summary>A frame's header and payload to the message it is.</summary>
internal static class FrameDecoder
{
    /// <exception cref="FrameFormatException">The header is malformed, or names data that the payload does not have.</exception>
    public static Frame Decode(ReadOnlySpan<byte> header, ReadOnlyMemory<byte> payload)
    {
        ProtoReader reader = new(header);
        if (!reader.Next())
        {
            throw new FrameFormatException("an empty header");
        }

        return reader.Field switch
        {
            HeaderField.OsdOp => new OsdOpFrame(OsdOpCodec.Read(reader.Bytes(), payload)),
            HeaderField.OsdOpReply => new OsdOpReplyFrame(OsdOpReplyCodec.Read(reader.Bytes(), payload)),
            HeaderField.PgMessage => ReadPgMessage(reader.Bytes(), payload),
            HeaderField.OpRejected => WithoutPayload(ReadOpRejected(reader.Bytes()), payload),
            HeaderField.Ping => WithoutPayload(ReadPing(reader.Bytes()), payload),
            HeaderField.PingReply => WithoutPayload(ReadPingReply(reader.Bytes()), payload),
            HeaderField.MapNotice => WithoutPayload(new MapNoticeFrame(ReadNumbers(reader.Bytes()).Epoch1), payload),
            _ => WithoutPayload(ReadHandshake(header), payload),
        };
    }

    private static Frame WithoutPayload(Frame frame, ReadOnlyMemory<byte> payload) => payload.IsEmpty
        ? frame
        : throw new FrameFormatException($"{payload.Length} bytes of payload in a frame that has none");

    private static HandshakeFrame ReadHandshake(ReadOnlySpan<byte> header)
    {
        try
        {
            FrameHeader message = FrameHeader.Parser.ParseFrom(header);
            return message.MessageCase != FrameHeader.MessageOneofCase.None
                ? new HandshakeFrame(message)
                : throw new FrameFormatException("a message of an unknown kind");
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new FrameFormatException($"a malformed header: {e.Message}", e);
        }
    }

    private static OpRejectedFrame ReadOpRejected(ReadOnlySpan<byte> bytes)
    {
        Numbers n = ReadNumbers(bytes);
        return new OpRejectedFrame(new RequestId(n.First, n.Second), new Epoch((uint)n.Third), new Epoch((uint)n.Fourth));
    }

    private static PingFrame ReadPing(ReadOnlySpan<byte> bytes)
    {
        Numbers n = ReadNumbers(bytes);
        return new PingFrame(n.From, new Epoch((uint)n.Second), n.Third);
    }

    private static PingReplyFrame ReadPingReply(ReadOnlySpan<byte> bytes)
    {
        Numbers n = ReadNumbers(bytes);
        return new PingReplyFrame(n.From, new Epoch((uint)n.Second), n.Third, n.Fourth);
    }

    private static PgMessageFrame ReadPgMessage(ReadOnlySpan<byte> bytes, ReadOnlyMemory<byte> payload)
    {
        Numbers n = ReadNumbers(bytes);
        if (n.Fifth > (ulong)payload.Length)
        {
            throw new FrameFormatException($"a PG message of {n.Fifth} bytes in a payload of {payload.Length}");
        }

        int dataLength = payload.Length - (int)n.Fifth;
        return new PgMessageFrame(
            new PgId((long)n.First, (uint)n.Second),
            new OsdId((int)n.Third),
            new Epoch((uint)n.Fourth),
            payload[dataLength..],
            dataLength == 0 ? [] : [payload[..dataLength]]);
    }

    /// <summary>The fields 1 to 5 of a message that has only numbers.</summary>
    private static Numbers ReadNumbers(ReadOnlySpan<byte> bytes)
    {
        Numbers numbers = default;
        ProtoReader reader = new(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    numbers.First = reader.Number();
                    break;
                case 2:
                    numbers.Second = reader.Number();
                    break;
                case 3:
                    numbers.Third = reader.Number();
                    break;
                case 4:
                    numbers.Fourth = reader.Number();
                    break;
                case 5:
                    numbers.Fifth = reader.Number();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return numbers;
    }

    private struct Numbers
    {
        public ulong First;
        public ulong Second;
        public ulong Third;
        public ulong Fourth;
        public ulong Fifth;

        public readonly Epoch Epoch1 => new((uint)First);

        public readonly OsdId From => new((int)First);
    }
}
