using Cairn.Maps;
using Cairn.Messaging.DataPlane.Wire;

namespace Cairn.Messaging.DataPlane.Frames;

/// <summary>What one OSD's PG says to another's.</summary>
/// <param name="body">The encoded message.</param>
/// <param name="data">Its bulk data. A received frame has at most one part, which begins at the start of its (page-aligned) buffer.</param>
public sealed class PgMessageFrame(PgId pg, OsdId from, Epoch epoch, ReadOnlyMemory<byte> body, IReadOnlyList<ReadOnlyMemory<byte>> data) : Frame
{
    public PgId Pg { get; } = pg;

    public OsdId From { get; } = from;

    /// <summary>The sender's map when it sent.</summary>
    public Epoch Epoch { get; } = epoch;

    public ReadOnlyMemory<byte> Body { get; } = body;

    public IReadOnlyList<ReadOnlyMemory<byte>> Data { get; } = data;

    public override int PayloadLength
    {
        get
        {
            int total = Body.Length;
            for (int i = 0; i < Data.Count; i++)
            {
                total += Data[i].Length;
            }

            return total;
        }
    }

    internal override void Encode(ProtoWriter header, List<ReadOnlyMemory<byte>> payload)
    {
        int mark = header.Begin(HeaderField.PgMessage);
        header.Varint(1, (ulong)Pg.Pool);
        header.Varint(2, Pg.Seed);
        header.Varint(3, (ulong)From.Value);
        header.Varint(4, Epoch.Value);
        header.Varint(5, (ulong)Body.Length);
        header.End(mark);
        for (int i = 0; i < Data.Count; i++)
        {
            payload.Add(Data[i]);
        }

        payload.Add(Body);
    }
}
