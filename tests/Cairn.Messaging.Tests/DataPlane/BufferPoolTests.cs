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
