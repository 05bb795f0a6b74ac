using System.Numerics;

namespace Cairn.Cli.Bench;

/// <summary>
/// Counts durations in buckets that are at most 1/64 wider than what they hold, so that percentiles are right to 2 % in a few KiB, however
/// many operations there are. Not thread-safe: one a worker, merged at the end.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int SubBits = 6;
    private const int SubBuckets = 1 << SubBits;

    private readonly long[] _counts = new long[64 * SubBuckets];

    public long Count { get; private set; }

    public long MaxMicroseconds { get; private set; }

    public long SumMicroseconds { get; private set; }

    public void Add(TimeSpan duration)
    {
        long microseconds = Math.Max(0, (long)duration.TotalMicroseconds);
        _counts[BucketOf(microseconds)]++;
        Count++;
        SumMicroseconds += microseconds;
        MaxMicroseconds = Math.Max(MaxMicroseconds, microseconds);
    }

    public void Add(LatencyHistogram other)
    {
        for (int i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }

        Count += other.Count;
        SumMicroseconds += other.SumMicroseconds;
        MaxMicroseconds = Math.Max(MaxMicroseconds, other.MaxMicroseconds);
    }

    public double MeanMicroseconds => Count == 0 ? 0 : (double)SumMicroseconds / Count;

    /// <summary>The duration that this share of all did not exceed, microseconds.</summary>
    public long Percentile(double share)
    {
        long rank = (long)Math.Ceiling(share * Count);
        long seen = 0;
        for (int bucket = 0; bucket < _counts.Length; bucket++)
        {
            seen += _counts[bucket];
            if (seen >= rank && seen > 0)
            {
                return Math.Min(UpperBound(bucket), MaxMicroseconds);
            }
        }

        return MaxMicroseconds;
    }

    /// <summary>Durations by powers of two: how many were below each bound and not below the one before, from the first that there was.</summary>
    public IEnumerable<(long BelowMicroseconds, long Count)> ByPowersOfTwo()
    {
        long below = 0;
        for (int power = 0; below < Count; power++)
        {
            long count = 0;
            for (int bucket = BucketOf((1L << power) >> 1); bucket < BucketOf(1L << power); bucket++)
            {
                count += _counts[bucket];
            }

            below += count;
            if (below > 0)
            {
                yield return (1L << power, count);
            }
        }
    }

    // The first 64 buckets are one microsecond wide; after that, each power of two has 64.
    private static int BucketOf(long value)
    {
        int shift = Math.Max(0, BitOperations.Log2((ulong)Math.Max(value, 1)) - SubBits);
        return (shift * SubBuckets) + (int)(value >> shift);
    }

    private static long UpperBound(int bucket)
    {
        int shift = Math.Max(0, (bucket / SubBuckets) - 1);
        return ((bucket - ((long)shift * SubBuckets)) << shift) + ((1L << shift) - 1);
    }
}
