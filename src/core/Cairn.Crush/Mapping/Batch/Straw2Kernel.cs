using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cairn.Crush;

/// <summary>Makes the sixteen straw2 choices of a <see cref="DrawBlock"/> side by side, in vectors of 16 (AVX-512) or 8 (AVX2) lanes.</summary>
/// <remarks>
/// A draw is (2^48 - ln(u)) / weight, the smallest wins. Here it is a float, good to about 2^-22; where the runner-up is nearer than that,
/// or than the 1 by which the exact integer division may round two draws together, the caller repeats the choice exactly. That is rare,
/// and it makes the vectors' answer exact.
/// </remarks>
internal static unsafe class Straw2Kernel
{
    private static readonly float[] Distances = BuildDistances();

    public static bool IsSupported => Avx2.IsSupported;

    /// <summary>Whether the winner is certain: the runner-up is further off than rounding can reach.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsCertain(float best, float second) => second - best > (best * 1e-6f) + 2f;

    /// <param name="block">Input and outcome.</param>
    /// <param name="maxSize">The largest of the bucket sizes.</param>
    /// <param name="ids">What the hash sees of each item.</param>
    /// <param name="reciprocals">1 / weight of each item.</param>
    public static void Run(ref DrawBlock block, int maxSize, int[] ids, float[] reciprocals)
    {
        fixed (DrawBlock* b = &block)
        fixed (int* idTable = ids)
        fixed (float* reciprocalTable = reciprocals)
        fixed (float* distances = Distances)
        {
            if (Vector512.IsHardwareAccelerated)
            {
                Run512(b, maxSize, idTable, reciprocalTable, distances);
            }
            else
            {
                Run256(b, 0, maxSize, idTable, reciprocalTable, distances);
                Run256(b, Vector256<int>.Count, maxSize, idTable, reciprocalTable, distances);
            }
        }
    }

    private static void Run512(DrawBlock* b, int maxSize, int* ids, float* reciprocals, float* distances)
    {
        Vector512<uint> x = Vector512.Load((uint*)&b->X);
        Vector512<uint> r = Vector512.Load((uint*)&b->R);
        Vector512<int> idOffset = Vector512.Load((int*)&b->IdOffset);
        Vector512<int> weightOffset = Vector512.Load((int*)&b->WeightOffset);
        Vector512<int> size = Vector512.Load((int*)&b->Size);
        Vector512<int> last = size - Vector512<int>.One;
        Vector512<uint> seed = x ^ r ^ Vector512.Create(CrushHash.Seed);
        Vector512<float> none = Vector512.Create(float.PositiveInfinity);
        Vector512<float> bestDraw = none;
        Vector512<float> secondDraw = none;
        Vector512<int> best = Vector512<int>.Zero;
        for (int i = 0; i < maxSize; i++)
        {
            Vector512<int> index = Vector512.Create(i);
            Vector512<int> clamped = Vector512.Min(index, last); // Shorter buckets: any item of theirs, not counted below.
            Vector512<uint> id = Gather(ids, idOffset + clamped).AsUInt32();
            Vector512<uint> u = Hash(x, id, r, seed ^ id) & Vector512.Create(0xffffu);
            Vector512<float> draw = Gather(distances, u.AsInt32()) * Gather(reciprocals, weightOffset + clamped);
            draw = Vector512.ConditionalSelect(Vector512.LessThan(index, size).AsSingle(), draw, none);
            Vector512<float> wins = Vector512.LessThan(draw, bestDraw);
            secondDraw = Vector512.MinNative(secondDraw, Vector512.ConditionalSelect(wins, bestDraw, draw));
            bestDraw = Vector512.ConditionalSelect(wins, draw, bestDraw);
            best = Vector512.ConditionalSelect(wins.AsInt32(), index, best);
        }

        best.Store((int*)&b->Best);
        bestDraw.Store((float*)&b->BestDraw);
        secondDraw.Store((float*)&b->SecondDraw);
    }

    private static void Run256(DrawBlock* b, int lane, int maxSize, int* ids, float* reciprocals, float* distances)
    {
        Vector256<uint> x = Vector256.Load((uint*)&b->X + lane);
        Vector256<uint> r = Vector256.Load((uint*)&b->R + lane);
        Vector256<int> idOffset = Vector256.Load((int*)&b->IdOffset + lane);
        Vector256<int> weightOffset = Vector256.Load((int*)&b->WeightOffset + lane);
        Vector256<int> size = Vector256.Load((int*)&b->Size + lane);
        Vector256<int> last = size - Vector256<int>.One;
        Vector256<uint> seed = x ^ r ^ Vector256.Create(CrushHash.Seed);
        Vector256<float> none = Vector256.Create(float.PositiveInfinity);
        Vector256<float> bestDraw = none;
        Vector256<float> secondDraw = none;
        Vector256<int> best = Vector256<int>.Zero;
        for (int i = 0; i < maxSize; i++)
        {
            Vector256<int> index = Vector256.Create(i);
            Vector256<int> clamped = Vector256.Min(index, last);
            Vector256<uint> id = Avx2.GatherVector256(ids, idOffset + clamped, sizeof(int)).AsUInt32();
            Vector256<uint> u = Hash(x, id, r, seed ^ id) & Vector256.Create(0xffffu);
            Vector256<float> draw = Avx2.GatherVector256(distances, u.AsInt32(), sizeof(float))
                * Avx2.GatherVector256(reciprocals, weightOffset + clamped, sizeof(float));
            draw = Vector256.ConditionalSelect(Vector256.LessThan(index, size).AsSingle(), draw, none);
            Vector256<float> wins = Vector256.LessThan(draw, bestDraw);
            secondDraw = Vector256.MinNative(secondDraw, Vector256.ConditionalSelect(wins, bestDraw, draw));
            bestDraw = Vector256.ConditionalSelect(wins, draw, bestDraw);
            best = Vector256.ConditionalSelect(wins.AsInt32(), index, best);
        }

        best.Store((int*)&b->Best + lane);
        bestDraw.Store((float*)&b->BestDraw + lane);
        secondDraw.Store((float*)&b->SecondDraw + lane);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Gather(int* table, Vector512<int> index) => Vector512.Create(
        Avx2.GatherVector256(table, index.GetLower(), sizeof(int)), Avx2.GatherVector256(table, index.GetUpper(), sizeof(int)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Gather(float* table, Vector512<int> index) => Vector512.Create(
        Avx2.GatherVector256(table, index.GetLower(), sizeof(float)), Avx2.GatherVector256(table, index.GetUpper(), sizeof(float)));

    // CrushHash.Hash(a, b, c), lane by lane.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Hash(Vector512<uint> a, Vector512<uint> b, Vector512<uint> c, Vector512<uint> hash)
    {
        Vector512<uint> x = Vector512.Create(CrushHash.X);
        Vector512<uint> y = Vector512.Create(CrushHash.Y);
        Mix(ref a, ref b, ref hash);
        Mix(ref c, ref x, ref hash);
        Mix(ref y, ref a, ref hash);
        Mix(ref b, ref x, ref hash);
        Mix(ref y, ref c, ref hash);
        return hash;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Hash(Vector256<uint> a, Vector256<uint> b, Vector256<uint> c, Vector256<uint> hash)
    {
        Vector256<uint> x = Vector256.Create(CrushHash.X);
        Vector256<uint> y = Vector256.Create(CrushHash.Y);
        Mix(ref a, ref b, ref hash);
        Mix(ref c, ref x, ref hash);
        Mix(ref y, ref a, ref hash);
        Mix(ref b, ref x, ref hash);
        Mix(ref y, ref c, ref hash);
        return hash;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mix(ref Vector512<uint> a, ref Vector512<uint> b, ref Vector512<uint> c)
    {
        a = (a - b - c) ^ (c >>> 13);
        b = (b - c - a) ^ (a << 8);
        c = (c - a - b) ^ (b >>> 13);
        a = (a - b - c) ^ (c >>> 12);
        b = (b - c - a) ^ (a << 16);
        c = (c - a - b) ^ (b >>> 5);
        a = (a - b - c) ^ (c >>> 3);
        b = (b - c - a) ^ (a << 10);
        c = (c - a - b) ^ (b >>> 15);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mix(ref Vector256<uint> a, ref Vector256<uint> b, ref Vector256<uint> c)
    {
        a = (a - b - c) ^ (c >>> 13);
        b = (b - c - a) ^ (a << 8);
        c = (c - a - b) ^ (b >>> 13);
        a = (a - b - c) ^ (c >>> 12);
        b = (b - c - a) ^ (a << 16);
        c = (c - a - b) ^ (b >>> 5);
        a = (a - b - c) ^ (c >>> 3);
        b = (b - c - a) ^ (a << 10);
        c = (c - a - b) ^ (b >>> 15);
    }

    // How far each 16-bit draw is from the best one: 2^48 - ln(u).
    private static float[] BuildDistances()
    {
        ReadOnlySpan<long> negative = CrushLn.NegativeTable;
        var distances = new float[negative.Length];
        for (int u = 0; u < distances.Length; u++)
        {
            distances[u] = -negative[u];
        }

        return distances;
    }
}
