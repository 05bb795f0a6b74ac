using System.Numerics;
using System.Runtime.InteropServices;

namespace Cairn.Maps;

/// <summary>CRC-32C (Castagnoli), the checksum of everything Cairn stores or sends.</summary>
/// <remarks>Reflected polynomial 0x82F63B78, initial value and final XOR 0xFFFFFFFF, as in iSCSI (RFC 3720): "123456789" gives 0xE3069283.</remarks>
public static class Crc32C
{
    public static uint Compute(ReadOnlySpan<byte> data) => Append(0, data);

    /// <summary>The CRC of what <paramref name="crc"/> covers followed by <paramref name="data"/>.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> data)
    {
        uint c = ~crc;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(data);
        foreach (ulong word in words)
        {
            c = BitOperations.Crc32C(c, word);
        }

        foreach (byte b in data[(words.Length * 8)..])
        {
            c = BitOperations.Crc32C(c, b);
        }

        return ~c;
    }
}
