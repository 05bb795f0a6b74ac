using Cairn.Maps;
using Cairn.Messaging.DataPlane.Wire;

namespace Cairn.Messaging.DataPlane.Frames;

/// <summary>The answer to a heartbeat.</summary>
/// <param name="stamp">Of the ping.</param>
/// <param name="replyStamp">The replier's monotonic clock, nanoseconds.</param>
public sealed class PingReplyFrame(OsdId from, Epoch epoch, ulong stamp, ulong replyStamp) : Frame
{
    public OsdId From { get; } = from;

    public Epoch Epoch { get; } = epoch;

    public ulong Stamp { get; } = stamp;

    public ulong ReplyStamp { get; } = replyStamp;

    public override int PayloadLength => 0;

    internal override void Encode(ProtoWriter header, List<ReadOnlyMemory<byte>> payload)
    {
        int mark = header.Begin(HeaderField.PingReply);
        header.Varint(1, (ulong)From.Value);
        header.Varint(2, Epoch.Value);
        header.Varint(3, Stamp);
        header.Varint(4, ReplyStamp);
        header.End(mark);
    }
}
