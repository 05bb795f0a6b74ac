using System.Runtime.InteropServices;
using Cairn.Maps;
using Cairn.Maps.Checksums;
using Xunit;

namespace Cairn.Objects.Tests;

public sealed class SummedMemoryTests
{
    private const int Block = Crc32CBlocks.BlockBytes;
    private const int Start = 24;
    private const int Length = (5 * Block) + 700;
    private static readonly byte[] Array = MakeArray();

    [Theory]
    [InlineData(0, Length, 5)]
    [InlineData(0, 2 * Block, 2)]
    [InlineData(Block, (2 * Block) + 1, 2)]
    [InlineData(4 * Block, Block + 700, 1)]
    [InlineData(5 * Block, 700, 0)]
    [InlineData(1, 4 * Block, 0)] // Blocks of the slice are none of the memory's.
    public void A_slice_knows_the_sums_of_its_whole_blocks(int from, int length, int known)
    {
        ReadOnlyMemory<byte> slice = Summed().Memory.Slice(from, length);
        ReadOnlySpan<uint> sums = SummedMemory.SumsOf(slice);
        Assert.Equal(known, sums.Length);
        for (int i = 0; i < known; i++)
        {
            Assert.Equal(Crc32C.Compute(slice.Span.Slice(i * Block, Block)), sums[i]);
        }

        Assert.Equal(Crc32C.Append(77, Array.AsSpan(Start + from, length)), SummedMemory.AppendCrc(77, slice));
    }

    [Fact]
    public void Other_memory_knows_none_and_is_summed()
    {
        ReadOnlyMemory<byte> plain = Array.AsMemory(0, 3 * Block);
        Assert.True(SummedMemory.SumsOf(plain).IsEmpty);
        Assert.Equal(Crc32C.Compute(plain.Span), SummedMemory.AppendCrc(0, plain));
        Assert.Equal(5u, SummedMemory.AppendCrc(5, default));
    }

    [Fact]
    public void It_is_a_part_of_its_array()
    {
        ReadOnlyMemory<byte> slice = Summed().Memory.Slice(10, 20);
        Assert.True(MemoryMarshal.TryGetArray(slice, out ArraySegment<byte> segment));
        Assert.Equal(new ArraySegment<byte>(Array, Start + 10, 20), segment);
    }

    private static SummedMemory Summed() =>
        new(Array, Start, Length, [.. Enumerable.Range(0, Length / Block).Select(static b => Crc32C.Compute(Array.AsSpan(Start + (b * Block), Block)))]);

    private static byte[] MakeArray()
    {
        byte[] array = new byte[Start + Length + 100];
        new Random(1).NextBytes(array);
        return array;
    }
}
