using Cairn.Messaging.DataPlane.Wire;
using Cairn.Messaging.Wire;
using Google.Protobuf;

namespace Cairn.Messaging.DataPlane.Frames;

/// <summary>A frame of the handshake: rare enough for the generated classes.</summary>
internal sealed class HandshakeFrame(FrameHeader header) : Frame
{
    public FrameHeader Header { get; } = header;

    public override int PayloadLength => 0;

    internal override void Encode(ProtoWriter header, List<ReadOnlyMemory<byte>> payload) => header.Message(Header.ToByteArray());
}
