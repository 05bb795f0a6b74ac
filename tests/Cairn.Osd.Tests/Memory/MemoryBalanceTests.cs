using Cairn.Osd.Memory;

namespace Cairn.Osd.Tests.Memory;

public sealed class MemoryBalanceTests
{
    private const long MiB = 1 << 20;
    private const long Target = 512 * MiB;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly ManualClock _clock = new();
    private readonly MemoryBalance _balance;

    public MemoryBalanceTests() => _balance = new MemoryBalance(Target, _clock);

    [Theory]
    [InlineData(60)]
    [InlineData(200)]
    [InlineData(300)]
    [InlineData(340)]
    public void Cache_and_rest_together_stay_within_seven_tenths_of_the_target(long rest)
    {
        Assert.InRange(rest * MiB + Bound(rest, cache: 0), rest * MiB, Target / 10 * 7);
    }

    [Fact]
    public void The_cache_gives_way_at_once_to_what_grows_beside_it()
    {
        long before = Bound(rest: 200, cache: 180);
        Assert.Equal(80 * MiB, before - Bound(rest: 280, cache: 180));
    }

    [Fact]
    public void It_grows_back_when_the_rest_has_been_small_for_as_long_as_is_remembered()
    {
        long before = Bound(rest: 200, cache: 150);
        Bound(rest: 300, cache: 80);
        _clock.Advance(MemoryBalance.Remembered);
        Assert.True(Bound(rest: 200, cache: 80) < before, "the rest was large a moment ago");
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(before, Bound(rest: 200, cache: 80));
    }

    [Fact]
    public void However_much_the_rest_is_sequential_readers_have_some_cache()
    {
        Assert.Equal(Target / 32, Bound(rest: 600, cache: 16));
    }

    [Fact]
    public void An_OSD_with_little_in_memory_gives_the_cache_half_of_the_target_at_most()
    {
        Assert.Equal(Target / 2, Bound(rest: 50, cache: 0));
    }

    [Fact]
    public void Garbage_is_collected_when_the_cache_wants_its_room()
    {
        Assert.False(Look(rest: 300, cache: 70, garbage: 60).Collect, "the last full collection may have been a moment ago");
        _clock.Advance(MemoryBalance.CollectingPart * Pause);
        Assert.True(Look(rest: 300, cache: 70, garbage: 60).Collect);
        Assert.False(Look(rest: 300, cache: 70, garbage: 60).Collect, "not twice in a row");
    }

    [Fact]
    public void Garbage_is_collected_when_too_much_is_in_memory_though_the_cache_is_empty()
    {
        Look(rest: 370, cache: 0, garbage: 60);
        _clock.Advance(MemoryBalance.CollectingPart * Pause);
        Assert.True(Look(rest: 370, cache: 0, garbage: 60).Collect);
    }

    [Theory]
    [InlineData(300, 20, 60)] // The cache has room left.
    [InlineData(100, 256, 60)] // It is as large as it may ever be.
    [InlineData(300, 70, 10)] // There is little to gain.
    public void Garbage_that_harms_nobody_is_left_to_the_collector(long rest, long cache, long garbage)
    {
        Look(rest, cache, garbage);
        _clock.Advance(MemoryBalance.CollectingPart * Pause);
        Assert.False(Look(rest, cache, garbage).Collect);
    }

    [Fact]
    public void A_full_collection_of_the_collectors_own_counts_as_one()
    {
        Look(rest: 300, cache: 70, garbage: 60, collections: 1);
        _clock.Advance(MemoryBalance.CollectingPart * Pause);
        Assert.False(Look(rest: 300, cache: 70, garbage: 60, collections: 2).Collect);
    }

    private long Bound(long rest, long cache) => Look(rest, cache, garbage: 0).CacheBytesMax;

    private (long CacheBytesMax, bool Collect) Look(long rest, long cache, long garbage, int collections = 0) =>
        _balance.Look(new MemorySample((rest + cache) * MiB, cache * MiB, garbage * MiB, collections, Pause));

    private sealed class ManualClock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Advance(TimeSpan by) => _now += by.Ticks;
    }
}
