using Cairn.Messaging.DataPlane;

namespace Cairn.Messaging.Tests.DataPlane;

public sealed class BufferPoolTests
{
    private const int MiB = 1 << 20;

    [Fact]
    public void A_returned_array_is_used_again()
    {
        var pool = new BufferPool { BytesMax = 9 * MiB };
        (byte[] array, _) = pool.RentArray(4 * MiB);
        pool.Return(array);
        Assert.Same(array, pool.RentArray(4 * MiB).Array);
    }

    [Fact]
    public void What_was_forgotten_takes_no_room_from_what_is_kept()
    {
        var pool = new BufferPool { BytesMax = 9 * MiB };
        pool.Forget(pool.RentArray(4 * MiB).Array);
        pool.Forget(pool.RentArray(4 * MiB).Array);
        (byte[] array, _) = pool.RentArray(4 * MiB);
        pool.Return(array);
        Assert.Same(array, pool.RentArray(4 * MiB).Array);
    }

    [Fact]
    public void Arrays_that_nobody_used_between_two_looks_give_their_memory_back_and_are_used_again()
    {
        var pool = new BufferPool();
        (byte[] first, int start) = pool.RentArray(4 * MiB);
        (byte[] second, _) = pool.RentArray(4 * MiB);
        first.AsSpan().Fill(1);
        pool.Return(second);
        pool.Return(first);
        pool.GiveBackIdle();
        Assert.Equal(first.Length + second.Length, pool.MemoryBytes); // They may have been used until a moment ago.

        pool.Return(pool.RentArray(4 * MiB).Array); // One of the two is enough.
        pool.GiveBackIdle();
        Assert.Equal(first.Length, pool.MemoryBytes);
        pool.GiveBackIdle();
        Assert.Equal(0, pool.MemoryBytes);
        Assert.Equal(0, first[start + 2 * MiB]); // Its pages are new ones.

        byte[][] again = [pool.RentArray(4 * MiB).Array, pool.RentArray(4 * MiB).Array];
        Assert.Contains(first, again);
        Assert.Contains(second, again);
        Assert.Equal(first.Length + second.Length, pool.MemoryBytes);
    }

    [Fact]
    public void What_is_dropped_for_the_bounds_sake_has_no_memory_any_more()
    {
        var pool = new BufferPool { BytesMax = 5 * MiB };
        byte[][] arrays = [pool.RentArray(4 * MiB).Array, pool.RentArray(4 * MiB).Array];
        foreach (byte[] array in arrays)
        {
            array.AsSpan().Fill(1);
            pool.Return(array);
        }

        Assert.Equal(arrays[0].Length, pool.MemoryBytes);
        Assert.Single(arrays, static array => array[2 * MiB] == 0);
    }

    [Fact]
    public void It_tells_that_it_has_grown_for_each_8_MiB_and_again_after_it_gave_back()
    {
        int told = 0;
        var pool = new BufferPool { Grew = () => told++ };
        byte[][] arrays = [.. Enumerable.Range(0, 8).Select(_ => pool.RentArray(2 * MiB).Array)];
        Assert.Equal(2, told);

        foreach (byte[] array in arrays)
        {
            pool.Return(array);
        }

        pool.GiveBackIdle();
        pool.GiveBackIdle();
        arrays = [.. Enumerable.Range(0, 8).Select(_ => pool.RentArray(2 * MiB).Array)];
        Assert.Equal(4, told);
    }

    [Theory]
    [InlineData(16 << 10)]
    [InlineData(MiB)]
    [InlineData(MiB + 4097)]
    [InlineData(200 * MiB)] // Larger than any class.
    public void An_array_has_a_page_more_than_asked_for_from_a_pages_boundary_on(int length)
    {
        (byte[] array, int start) = new BufferPool().RentArray(length);
        Assert.True(array.Length - start >= length + BufferPool.PageBytes);
        unsafe
        {
            fixed (byte* first = &array[start])
            {
                Assert.Equal(0, (long)(nint)first % BufferPool.PageBytes);
            }
        }
    }
}
