using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cairn.Maps.Checksums;

/// <summary>
/// CRC-32C by folding: four wide registers take in four blocks at a time, each carry-less multiplied past the blocks behind it. What is left
/// at the end has the same remainder as all the data, and goes through the serial instruction.
/// </summary>
internal static class FoldingCrc32C
{
    /// <summary>Below it, setting up costs more than it gains.</summary>
    public const int BytesMin = 256;

    public const int WideBytesMin = 512;

    private static readonly (ulong Low, ulong High) Over64 = Crc32CPolynomial.FoldOver(64);
    private static readonly (ulong Low, ulong High) Over256 = Crc32CPolynomial.FoldOver(256);
    private static readonly (ulong Low, ulong High) Over32 = Crc32CPolynomial.FoldOver(32);
    private static readonly (ulong Low, ulong High) Over128 = Crc32CPolynomial.FoldOver(128);

    /// <summary>Takes in whole groups of 256 bytes, at least one, with 512-bit registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // Hot from the first call on; tiers find it late.
    public static uint UpdateWide(uint state, ref ReadOnlySpan<byte> data)
    {
        ref byte at = ref MemoryMarshal.GetReference(data);
        Vector512<ulong> far = Vector512.Create(Vector256.Create(Vector128.Create(Over256.Low, Over256.High)));
        Vector512<ulong> a = Load512(ref at, 0) ^ Vector512.CreateScalar((ulong)state);
        Vector512<ulong> b = Load512(ref at, 64);
        Vector512<ulong> c = Load512(ref at, 128);
        Vector512<ulong> d = Load512(ref at, 192);
        int done = 256;
        for (; data.Length - done >= 256; done += 256)
        {
            a = Fold(a, far) ^ Load512(ref at, done);
            b = Fold(b, far) ^ Load512(ref at, done + 64);
            c = Fold(c, far) ^ Load512(ref at, done + 128);
            d = Fold(d, far) ^ Load512(ref at, done + 192);
        }

        Vector512<ulong> near = Vector512.Create(Vector256.Create(Vector128.Create(Over64.Low, Over64.High)));
        b ^= Fold(a, near);
        c ^= Fold(b, near);
        d ^= Fold(c, near);
        data = data[done..];
        return Reduce(Reduce(0, d.GetLower()), d.GetUpper());
    }

    /// <summary>Takes in whole groups of 128 bytes, at least one, with 256-bit registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // Hot from the first call on; tiers find it late.
    public static uint Update(uint state, ref ReadOnlySpan<byte> data)
    {
        ref byte at = ref MemoryMarshal.GetReference(data);
        Vector256<ulong> far = Vector256.Create(Vector128.Create(Over128.Low, Over128.High));
        Vector256<ulong> a = Load256(ref at, 0) ^ Vector256.CreateScalar((ulong)state);
        Vector256<ulong> b = Load256(ref at, 32);
        Vector256<ulong> c = Load256(ref at, 64);
        Vector256<ulong> d = Load256(ref at, 96);
        int done = 128;
        for (; data.Length - done >= 128; done += 128)
        {
            a = Fold(a, far) ^ Load256(ref at, done);
            b = Fold(b, far) ^ Load256(ref at, done + 32);
            c = Fold(c, far) ^ Load256(ref at, done + 64);
            d = Fold(d, far) ^ Load256(ref at, done + 96);
        }

        Vector256<ulong> near = Vector256.Create(Vector128.Create(Over32.Low, Over32.High));
        b ^= Fold(a, near);
        c ^= Fold(b, near);
        d ^= Fold(c, near);
        data = data[done..];
        return Reduce(0, d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Fold(Vector512<ulong> value, Vector512<ulong> factors) =>
        Pclmulqdq.V512.CarrylessMultiply(value, factors, 0x00) ^ Pclmulqdq.V512.CarrylessMultiply(value, factors, 0x11);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Fold(Vector256<ulong> value, Vector256<ulong> factors) =>
        Pclmulqdq.V256.CarrylessMultiply(value, factors, 0x00) ^ Pclmulqdq.V256.CarrylessMultiply(value, factors, 0x11);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Load512(ref byte start, int at) => Vector512.LoadUnsafe(ref start, (nuint)at).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Load256(ref byte start, int at) => Vector256.LoadUnsafe(ref start, (nuint)at).AsUInt64();

    private static uint Reduce(uint state, Vector256<ulong> value)
    {
        for (int i = 0; i < Vector256<ulong>.Count; i++)
        {
            state = BitOperations.Crc32C(state, value[i]);
        }

        return state;
    }
}
