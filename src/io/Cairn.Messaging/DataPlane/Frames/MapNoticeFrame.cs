using Cairn.Maps;
using Cairn.Messaging.DataPlane.Wire;

namespace Cairn.Messaging.DataPlane.Frames;

/// <summary>The sender has a map of this epoch.</summary>
public sealed class MapNoticeFrame(Epoch epoch) : Frame
{
    public Epoch Epoch { get; } = epoch;

    public override int PayloadLength => 0;

    internal override void Encode(ProtoWriter header, List<ReadOnlyMemory<byte>> payload)
    {
        int mark = header.Begin(HeaderField.MapNotice);
        header.Varint(1, Epoch.Value);
        header.End(mark);
    }
}
