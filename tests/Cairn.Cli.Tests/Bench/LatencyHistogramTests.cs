using Cairn.Cli.Bench;
using CsCheck;

namespace Cairn.Cli.Tests.Bench;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void A_percentile_is_right_to_two_percent() =>
        Gen.Long[0, 30_000_000].Array[1, 500].Select(Gen.Double[0.01, 1]).Sample((values, share) =>
        {
            LatencyHistogram histogram = new();
            foreach (long value in values)
            {
                histogram.Add(TimeSpan.FromMicroseconds(value));
            }

            long exact = values.Order().ElementAt((int)Math.Ceiling(share * values.Length) - 1);
            Assert.InRange(histogram.Percentile(share), exact, exact * 1.02);
        });

    [Fact]
    public void Merging_counts_what_both_counted()
    {
        LatencyHistogram one = new();
        LatencyHistogram other = new();
        one.Add(TimeSpan.FromMicroseconds(10));
        other.Add(TimeSpan.FromMicroseconds(30));
        one.Add(other);
        Assert.Equal(2, one.Count);
        Assert.Equal(20, one.MeanMicroseconds);
        Assert.Equal(30, one.MaxMicroseconds);
        Assert.Equal(10, one.Percentile(0.5));
    }

    [Fact]
    public void The_bars_hold_all_that_was_measured_each_below_its_bound() =>
        Gen.Long[0, 30_000_000].Array[1, 500].Sample(values =>
        {
            LatencyHistogram histogram = new();
            foreach (long value in values)
            {
                histogram.Add(TimeSpan.FromMicroseconds(value));
            }

            long below = 0;
            foreach ((long bound, long count) in histogram.ByPowersOfTwo())
            {
                below += count;
                Assert.Equal(values.Count(v => v < bound), below);
            }

            Assert.Equal(values.Length, below);
        });

    [Fact]
    public void Nothing_measured_is_zero() => Assert.Equal(0, new LatencyHistogram().Percentile(0.99));
}
