using System.Diagnostics;
using System.Runtime.Intrinsics.X86;
using Cairn.Maps;
using Cairn.Maps.Checksums;

namespace Cairn.Benchmarks.Checksums;

/// <summary>CRC-32C of 4 KiB and 64 KiB in cache, by each way this processor has, as multiples of the serial instruction.</summary>
internal static class Crc32CSpeed
{
    private delegate uint Update(uint state, ref ReadOnlySpan<byte> data);

    public static void Print(TextWriter output)
    {
        foreach (int bytes in new[] { 4096, 65536 })
        {
            byte[] data = new byte[bytes];
            double serial = Best(data, static (uint state, ref ReadOnlySpan<byte> d) => Crc32C.UpdateSerial(state, d));
            output.WriteLine($"{bytes} bytes: serial {bytes / serial / 1e9:f1} GB/s");
            Compare("as used", static (uint state, ref ReadOnlySpan<byte> d) => Crc32C.Append(state, d), isSupported: true);
            Compare("folding 512 bits", FoldingCrc32C.UpdateWide, Pclmulqdq.V512.IsSupported);
            Compare("folding 256 bits", FoldingCrc32C.Update, Pclmulqdq.V256.IsSupported);
            Compare("interleaving 3", InterleavedCrc32C.Update, InterleavedCrc32C.IsSupported);

            void Compare(string name, Update update, bool isSupported) =>
                output.WriteLine(isSupported && Best(data, update) is var best
                    ? $"  {name,-18} {bytes / best / 1e9,5:f1} GB/s, {serial / best:f1}x"
                    : $"  {name,-18} not on this processor");
        }
    }

    /// <summary>Seconds a call, of the best of many short runs, which a busy machine disturbs least.</summary>
    private static double Best(byte[] data, Update update)
    {
        const int Calls = 256;
        double best = double.MaxValue;
        uint state = 0;
        // By time, not by count: the runtime compiles anew, and for good, what was called often, and only after a while.
        for (long began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began).TotalSeconds < 1.5;)
        {
            long start = Stopwatch.GetTimestamp();
            for (int call = 0; call < Calls; call++)
            {
                ReadOnlySpan<byte> rest = data;
                state = update(state, ref rest);
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds / Calls);
        }

        GC.KeepAlive(state);
        return best;
    }
}
