using Cairn.Maps;
using Cairn.Messaging.DataPlane.Wire;

namespace Cairn.Messaging.DataPlane.Frames;

/// <summary>A heartbeat.</summary>
/// <param name="stamp">The sender's monotonic clock, nanoseconds.</param>
public sealed class PingFrame(OsdId from, Epoch epoch, ulong stamp) : Frame
{
    public OsdId From { get; } = from;

    public Epoch Epoch { get; } = epoch;

    public ulong Stamp { get; } = stamp;

    public override int PayloadLength => 0;

    internal override void Encode(ProtoWriter header, List<ReadOnlyMemory<byte>> payload)
    {
        int mark = header.Begin(HeaderField.Ping);
        header.Varint(1, (ulong)From.Value);
        header.Varint(2, Epoch.Value);
        header.Varint(3, Stamp);
        header.End(mark);
    }
}
