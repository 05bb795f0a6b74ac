using Cairn.Messaging.DataPlane.Wire;
using Cairn.Objects.Operations;

namespace Cairn.Messaging.DataPlane.Frames;

/// <summary>The answer to an <see cref="OsdOpFrame"/>.</summary>
public sealed class OsdOpReplyFrame(OsdOpReply reply) : Frame
{
    public OsdOpReply Reply { get; } = reply;

    public override int PayloadLength => OsdOpReplyCodec.PayloadLength(Reply);

    internal override void Encode(ProtoWriter header, List<ReadOnlyMemory<byte>> payload) => OsdOpReplyCodec.Write(header, Reply, payload);
}
