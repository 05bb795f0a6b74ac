using Cairn.Messaging.DataPlane.Wire;
using Cairn.Objects.Operations;

namespace Cairn.Messaging.DataPlane.Frames;

/// <summary>A client's request.</summary>
public sealed class OsdOpFrame(OsdOp op) : Frame
{
    public OsdOp Op { get; } = op;

    public override int PayloadLength
    {
        get
        {
            int total = 0;
            for (int i = 0; i < Op.Steps.Count; i++)
            {
                total += StepWriter.DataLength(Op.Steps[i]);
            }

            return total;
        }
    }

    internal override void Encode(ProtoWriter header, List<ReadOnlyMemory<byte>> payload) => OsdOpCodec.Write(header, Op, payload);
}
