using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Cairn.Maps.Checksums;

namespace Cairn.Maps;

/// <summary>CRC-32C (Castagnoli), the checksum of everything Cairn stores or sends.</summary>
/// <remarks>Reflected polynomial 0x82F63B78, initial value and final XOR 0xFFFFFFFF, as in iSCSI (RFC 3720): "123456789" gives 0xE3069283.</remarks>
public static class Crc32C
{
    public static uint Compute(ReadOnlySpan<byte> data) => Append(0, data);

    /// <summary>The CRC of what <paramref name="crc"/> covers followed by <paramref name="data"/>.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> data)
    {
        uint state = ~crc;
        if (Pclmulqdq.V512.IsSupported && data.Length >= FoldingCrc32C.WideBytesMin)
        {
            state = FoldingCrc32C.UpdateWide(state, ref data);
        }
        else if (Pclmulqdq.V256.IsSupported && data.Length >= FoldingCrc32C.BytesMin)
        {
            state = FoldingCrc32C.Update(state, ref data);
        }
        else if (InterleavedCrc32C.IsSupported && data.Length >= InterleavedCrc32C.BytesMin)
        {
            state = InterleavedCrc32C.Update(state, ref data);
        }

        return ~UpdateSerial(state, data);
    }

    /// <summary>One instruction after the other, each waiting for the last: what all else is measured against.</summary>
    internal static uint UpdateSerial(uint state, ReadOnlySpan<byte> data)
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(data);
        foreach (ulong word in words)
        {
            state = BitOperations.Crc32C(state, word);
        }

        foreach (byte b in data[(words.Length * 8)..])
        {
            state = BitOperations.Crc32C(state, b);
        }

        return state;
    }
}
