using System.Buffers;
using Cairn.Pg.Messages;

namespace Cairn.Simulation.Network;

/// <summary>What the other end gets of a message: every one goes through the real codec, so that what is lost on the wire is lost here too.</summary>
public static class WireCopy
{
    public static PgMessage Of(PgMessage message)
    {
        var header = new ArrayBufferWriter<byte>(256);
        var payload = new List<ReadOnlyMemory<byte>>();
        PgMessageCodec.Encode(message, header, payload);
        byte[] data = new byte[payload.Sum(static p => p.Length)];
        int at = 0;
        foreach (ReadOnlyMemory<byte> part in payload)
        {
            part.CopyTo(data.AsMemory(at));
            at += part.Length;
        }

        return PgMessageCodec.Decode(header.WrittenSpan, data);
    }
}
