using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cairn.Maps.Checksums;

/// <summary>
/// CRC-32C of data whose blocks were summed before: a remainder is moved past a block by one multiplication, a few nanoseconds where the
/// block's bytes would take two hundred.
/// </summary>
public static class Crc32CBlocks
{
    /// <summary>What one sum covers: the disk's block, and the store's.</summary>
    public const int BlockBytes = 4096;

    private static readonly uint OverBlock = Crc32CPolynomial.PowerOfX(BlockBytes * 8);

    // The multiplication by the instruction's own x^32 and the position lost to reflection are taken off beforehand.
    private static readonly ulong OverBlockFolded = Crc32CPolynomial.PowerOfX(BlockBytes * 8 - 33);

    /// <summary>The CRC of what <paramref name="crc"/> covers followed by whole blocks with these sums.</summary>
    public static uint Append(uint crc, ReadOnlySpan<uint> sums)
    {
        foreach (uint sum in sums)
        {
            crc = (Pclmulqdq.IsSupported ? OverByInstruction(crc) : OverByShifts(crc)) ^ sum;
        }

        return crc;
    }

    internal static uint OverByInstruction(uint crc) => BitOperations.Crc32C(
        0,
        Pclmulqdq.CarrylessMultiply(Vector128.CreateScalar((ulong)crc), Vector128.CreateScalar(OverBlockFolded), 0x00).ToScalar());

    internal static uint OverByShifts(uint crc) => Crc32CPolynomial.Multiply(crc, OverBlock);
}
