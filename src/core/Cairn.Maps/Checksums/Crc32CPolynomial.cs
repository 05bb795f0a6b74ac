namespace Cairn.Maps.Checksums;

/// <summary>Powers of x modulo the CRC-32C polynomial: what carry-less multiplication needs to move a remainder past bytes that follow.</summary>
internal static class Crc32CPolynomial
{
    private const uint Reflected = 0x82F63B78;

    /// <summary>x to the power <paramref name="n"/> modulo the polynomial, bit-reflected.</summary>
    public static uint PowerOfX(int n)
    {
        uint power = 0x80000000; // x^0
        for (int i = 0; i < n; i++)
        {
            power = (power >> 1) ^ ((power & 1) == 0 ? 0 : Reflected);
        }

        return power;
    }

    /// <summary>The product of two remainders, bit-reflected: shift and add, for processors without carry-less multiplication.</summary>
    public static uint Multiply(uint a, uint b)
    {
        uint product = 0;
        for (; a != 0; a <<= 1)
        {
            product ^= (a & 0x80000000) == 0 ? 0 : b;
            b = (b >> 1) ^ ((b & 1) == 0 ? 0 : Reflected);
        }

        return product;
    }

    /// <summary>
    /// The factors that move 128 bits past <paramref name="bytes"/> bytes: for the low half, which comes first and so stands 64 bits higher,
    /// and for the high half.
    /// </summary>
    /// <remarks>
    /// Reflected, a product of two 64-bit factors lacks one position: hence the shift. The halves' own 32 bits above and below the middle
    /// make the powers D + 32 and D - 32. Source: Gopal et al., "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ", Intel 2009.
    /// </remarks>
    public static (ulong Low, ulong High) FoldOver(int bytes) =>
        ((ulong)PowerOfX(bytes * 8 + 32) << 1, (ulong)PowerOfX(bytes * 8 - 32) << 1);
}
