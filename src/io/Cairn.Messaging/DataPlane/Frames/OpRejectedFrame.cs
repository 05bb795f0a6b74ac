using Cairn.Maps;
using Cairn.Messaging.DataPlane.Wire;
using Cairn.Objects;

namespace Cairn.Messaging.DataPlane.Frames;

/// <summary>The OSD dropped a request, since it was not the PG's primary throughout since the request's epoch: resend by a map of at least <paramref name="epoch"/>.</summary>
/// <param name="opEpoch">The map epoch of the request that was dropped, which tells its attempts apart.</param>
public sealed class OpRejectedFrame(RequestId id, Epoch opEpoch, Epoch epoch) : Frame
{
    public RequestId Id { get; } = id;

    public Epoch OpEpoch { get; } = opEpoch;

    public Epoch Epoch { get; } = epoch;

    public override int PayloadLength => 0;

    internal override void Encode(ProtoWriter header, List<ReadOnlyMemory<byte>> payload)
    {
        int mark = header.Begin(HeaderField.OpRejected);
        header.Fixed64(1, Id.Client);
        header.Varint(2, Id.Sequence);
        header.Varint(3, OpEpoch.Value);
        header.Varint(4, Epoch.Value);
        header.End(mark);
    }
}
