using Cairn.Messaging.DataPlane.Wire;

namespace Cairn.Messaging.DataPlane.Frames;

/// <summary>One message of the data plane. Immutable; the data it points to is lent until it is sent.</summary>
public abstract class Frame
{
    /// <summary>Bytes of its payload.</summary>
    public abstract int PayloadLength { get; }

    /// <summary>Writes the header, and adds the parts of the payload in order.</summary>
    internal abstract void Encode(ProtoWriter header, List<ReadOnlyMemory<byte>> payload);
}
