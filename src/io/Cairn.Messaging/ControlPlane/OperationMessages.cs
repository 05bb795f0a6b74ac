using System.Buffers;
using Cairn.Maps;
using Cairn.Messaging.DataPlane;
using Cairn.Messaging.DataPlane.Frames;
using Cairn.Messaging.DataPlane.Wire;
using Cairn.Messaging.Wire;
using Google.Protobuf;

namespace Cairn.Messaging.ControlPlane;

/// <summary>Operations as the object service's messages carry them, to and from the core's records: by the data plane's own codec, so that both mean the same.</summary>
public static class OperationMessages
{
    /// <param name="payload">The data of the steps; the operation points into it.</param>
    /// <exception cref="FrameFormatException">The message is malformed.</exception>
    public static Objects.Operations.OsdOp Read(OsdOpRequest message, ReadOnlyMemory<byte> payload) => OsdOpCodec.Read(message.ToByteArray(), payload);

    /// <summary>With all data copied.</summary>
    public static OperateReply Write(Objects.Operations.OsdOpReply reply)
    {
        ProtoWriter header = new();
        List<ReadOnlyMemory<byte>> payload = [];
        new OsdOpReplyFrame(reply).Encode(header, payload);
        ArrayBufferWriter<byte> data = new(Math.Max(1, payload.Sum(static p => p.Length)));
        payload.ForEach(part => data.Write(part.Span));
        return new OperateReply
        {
            Reply = FrameHeader.Parser.ParseFrom(header.Written).OsdOpReply,
            Payload = UnsafeByteOperations.UnsafeWrap(data.WrittenMemory),
        };
    }
}
