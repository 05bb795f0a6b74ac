using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cairn.Maps.Checksums;

/// <summary>
/// CRC-32C of three stretches at once: the instruction takes three cycles but one can start each cycle. The three remainders are put
/// together by moving the first two past what follows them. For processors without wide carry-less multiplication.
/// </summary>
internal static class InterleavedCrc32C
{
    /// <summary>Three stretches leave 16 bytes of the usual 4 KiB to the serial instruction.</summary>
    private const int StretchBytes = 1360;

    public const int BytesMin = 3 * StretchBytes;

    // The multiplication by the instruction's own x^32 and the position lost to reflection are taken off beforehand.
    private static readonly ulong OverOne = Crc32CPolynomial.PowerOfX(StretchBytes * 8 - 33);
    private static readonly ulong OverTwo = Crc32CPolynomial.PowerOfX(2 * StretchBytes * 8 - 33);

    public static bool IsSupported => Sse42.X64.IsSupported && Pclmulqdq.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // Hot from the first call on; tiers find it late.
    public static uint Update(uint state, ref ReadOnlySpan<byte> data)
    {
        while (data.Length >= BytesMin)
        {
            ReadOnlySpan<ulong> first = MemoryMarshal.Cast<byte, ulong>(data[..StretchBytes]);
            ReadOnlySpan<ulong> second = MemoryMarshal.Cast<byte, ulong>(data[StretchBytes..(2 * StretchBytes)]);
            ReadOnlySpan<ulong> third = MemoryMarshal.Cast<byte, ulong>(data[(2 * StretchBytes)..BytesMin]);
            ulong a = state;
            ulong b = 0;
            ulong c = 0;
            for (int i = 0; i < first.Length && i < second.Length && i < third.Length; i++)
            {
                a = Sse42.X64.Crc32(a, first[i]);
                b = Sse42.X64.Crc32(b, second[i]);
                c = Sse42.X64.Crc32(c, third[i]);
            }

            state = (uint)(Sse42.X64.Crc32(0, Multiply(a, OverTwo) ^ Multiply(b, OverOne)) ^ c);
            data = data[BytesMin..];
        }

        return state;
    }

    private static ulong Multiply(ulong remainder, ulong factor) =>
        Pclmulqdq.CarrylessMultiply(Vector128.CreateScalar(remainder), Vector128.CreateScalar(factor), 0x00).ToScalar();
}
