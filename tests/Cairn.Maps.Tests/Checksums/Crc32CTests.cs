using System.Runtime.Intrinsics.X86;
using System.Text;
using Cairn.Maps.Checksums;
using Xunit;

namespace Cairn.Maps.Tests.Checksums;

public sealed class Crc32CTests
{
    private static readonly byte[] Data = MakeData(70_000);

    private delegate uint Update(uint state, ref ReadOnlySpan<byte> data);

    [Fact]
    public void Is_what_RFC_3720_says()
    {
        Assert.Equal(0xE3069283u, Crc32C.Compute(Encoding.ASCII.GetBytes("123456789")));
        Assert.Equal(0x8A9136AAu, Crc32C.Compute(new byte[32]));
        Assert.Equal(0x62A8AB43u, Crc32C.Compute(Enumerable.Repeat((byte)0xff, 32).ToArray()));
        Assert.Equal(0u, Crc32C.Compute([]));
    }

    [Fact]
    public void Is_the_same_as_bit_by_bit_at_every_length_and_alignment()
    {
        for (int length = 0; length < 1200; length++)
        {
            int from = length % 61;
            Assert.Equal(BitByBit(Data.AsSpan(from, length)), Crc32C.Compute(Data.AsSpan(from, length)));
        }

        foreach (int length in (int[])[4079, 4080, 4081, 4096, 8160, 8191, 16384, 65536, 65599])
        {
            Assert.Equal(BitByBit(Data.AsSpan(3, length)), Crc32C.Compute(Data.AsSpan(3, length)));
        }
    }

    [Fact]
    public void Folding_512_bits_is_the_same_as_serial()
    {
        Assert.SkipUnless(Pclmulqdq.V512.IsSupported, "this processor has no such instruction");
        RequireSerial(FoldingCrc32C.UpdateWide);
    }

    [Fact]
    public void Folding_256_bits_is_the_same_as_serial()
    {
        Assert.SkipUnless(Pclmulqdq.V256.IsSupported, "this processor has no such instruction");
        RequireSerial(FoldingCrc32C.Update);
    }

    [Fact]
    public void Interleaving_three_is_the_same_as_serial()
    {
        Assert.SkipUnless(InterleavedCrc32C.IsSupported, "this processor has no such instruction");
        RequireSerial(InterleavedCrc32C.Update);
    }

    [Fact]
    public void Of_two_parts_is_the_one_of_the_whole()
    {
        uint whole = Crc32C.Compute(Data.AsSpan(0, 10_000));
        foreach (int cut in (int[])[0, 1, 255, 256, 4095, 4096, 9999, 10_000])
        {
            Assert.Equal(whole, Crc32C.Append(Crc32C.Compute(Data.AsSpan(0, cut)), Data.AsSpan(cut, 10_000 - cut)));
        }
    }

    [Fact]
    public void Of_blocks_summed_before_is_the_one_of_their_bytes()
    {
        for (int blocks = 0; blocks <= 16; blocks++)
        {
            uint[] sums = [.. Enumerable.Range(0, blocks).Select(static b => Crc32C.Compute(Data.AsSpan(100 + (b * Crc32CBlocks.BlockBytes), Crc32CBlocks.BlockBytes)))];
            Assert.Equal(
                Crc32C.Compute(Data.AsSpan(0, 100 + (blocks * Crc32CBlocks.BlockBytes))),
                Crc32CBlocks.Append(Crc32C.Compute(Data.AsSpan(0, 100)), sums));
        }
    }

    [Fact]
    public void Moving_a_sum_past_a_block_is_the_same_with_and_without_the_instruction()
    {
        Assert.SkipUnless(Pclmulqdq.IsSupported, "this processor has no such instruction");
        foreach (uint sum in (uint[])[0, 1, 0x80000000, ~0u, 0xE3069283, 0x12345678])
        {
            Assert.Equal(Crc32CBlocks.OverByShifts(sum), Crc32CBlocks.OverByInstruction(sum));
        }
    }

    private static void RequireSerial(Update update)
    {
        foreach (int length in (int[])[4080, 4096, 4352, 8191, 65536])
        {
            foreach (uint state in (uint[])[0, ~0u, 0x12345678])
            {
                ReadOnlySpan<byte> rest = Data.AsSpan(1, length);
                uint expected = Crc32C.UpdateSerial(state, rest);
                uint done = update(state, ref rest);
                Assert.True(rest.Length < length);
                Assert.Equal(expected, Crc32C.UpdateSerial(done, rest));
            }
        }
    }

    private static uint BitByBit(ReadOnlySpan<byte> data)
    {
        uint state = ~0u;
        foreach (byte b in data)
        {
            state ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                state = (state >> 1) ^ ((state & 1) == 0 ? 0 : 0x82F63B78);
            }
        }

        return ~state;
    }

    private static byte[] MakeData(int length)
    {
        byte[] data = new byte[length];
        new Random(20_261_123).NextBytes(data);
        return data;
    }
}
