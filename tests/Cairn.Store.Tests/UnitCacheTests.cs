using Cairn.Store.Reading;

namespace Cairn.Store.Tests;

public sealed class UnitCacheTests
{
    private const int UnitBytes = 4096;
    private const int MiB = 1 << 20;
    private const int UnitsOfMiB = MiB / UnitBytes;

    [Fact]
    public void It_never_takes_more_than_its_bound()
    {
        using var cache = new UnitCache(2 * MiB);
        Fill(cache, 5 * UnitsOfMiB);
        Assert.Equal(2 * MiB, cache.Bytes);
        Assert.Equal(2 * UnitsOfMiB, CountOf(cache, 5 * UnitsOfMiB));
    }

    [Fact]
    public void What_is_above_a_new_bound_is_given_back_slab_by_slab_and_the_rest_is_still_right()
    {
        using var cache = new UnitCache(4 * MiB);
        Fill(cache, 4 * UnitsOfMiB);
        cache.BytesMax = MiB;
        Assert.True(cache.DropSlab());
        Assert.Equal(3 * MiB, cache.Bytes);
        Assert.True(cache.DropSlab());
        Assert.False(cache.DropSlab());
        Assert.Equal(MiB, cache.Bytes);
        Assert.Equal(UnitsOfMiB, CountOf(cache, 4 * UnitsOfMiB));
    }

    [Fact]
    public void It_goes_on_within_the_new_bound()
    {
        using var cache = new UnitCache(4 * MiB);
        Fill(cache, 4 * UnitsOfMiB + 700); // The clock hand is in the part that goes.
        cache.BytesMax = MiB;
        while (cache.DropSlab())
        {
        }

        Fill(cache, 6 * UnitsOfMiB);
        Assert.Equal(MiB, cache.Bytes);
        Assert.Equal(UnitsOfMiB, CountOf(cache, 6 * UnitsOfMiB));
    }

    [Fact]
    public void It_grows_again_when_the_bound_does()
    {
        using var cache = new UnitCache(MiB);
        Fill(cache, 2 * UnitsOfMiB);
        cache.BytesMax = 3 * MiB;
        Fill(cache, 4 * UnitsOfMiB);
        Assert.Equal(3 * MiB, cache.Bytes);
        Assert.Equal(3 * UnitsOfMiB, CountOf(cache, 4 * UnitsOfMiB));
    }

    [Fact]
    public void Without_any_room_it_keeps_nothing()
    {
        using var cache = new UnitCache(MiB);
        Fill(cache, 10);
        cache.BytesMax = 0;
        Assert.False(cache.DropSlab());
        Fill(cache, 10);
        Assert.Equal((0, 0), (cache.Bytes, CountOf(cache, 10)));
    }

    private static void Fill(UnitCache cache, int units)
    {
        byte[] unit = new byte[UnitBytes];
        for (int i = 0; i < units; i++)
        {
            BitConverter.TryWriteBytes(unit, i);
            cache.Add(Key(i), unit);
        }
    }

    /// <returns>How many of the units are there; each must be its own.</returns>
    private static int CountOf(UnitCache cache, int units)
    {
        int count = 0;
        for (int i = 0; i < units; i++)
        {
            if (cache.TryGet(Key(i), keep: false, out ReadOnlySpan<byte> unit))
            {
                Assert.Equal(i, BitConverter.ToInt32(unit));
                count++;
            }
        }

        return count;
    }

    private static UnitKey Key(int i) => new(1, 1, i * UnitBytes);
}
