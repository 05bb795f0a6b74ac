namespace Cairn.Store.Bench;

/// <summary>How long many millions of operations took, each within 2 %, in a few KiB: their list would be most of what the process has in memory.</summary>
internal sealed class Waits
{
    private const int BucketsPerDoubling = 32;
    private const double FirstMs = 0.0001;
    private readonly int[] _counts = new int[BucketsPerDoubling * 32];
    private long _longestTicks;

    public static Waits None { get; } = new();

    public double Longest => TimeSpan.FromTicks(_longestTicks).TotalMilliseconds;

    public void Add(TimeSpan time)
    {
        double doublings = Math.Log2(Math.Max(1, time.TotalMilliseconds / FirstMs));
        Interlocked.Increment(ref _counts[Math.Min((int)(doublings * BucketsPerDoubling), _counts.Length - 1)]);
        for (long longest = _longestTicks; time.Ticks > longest;)
        {
            longest = Interlocked.CompareExchange(ref _longestTicks, time.Ticks, longest);
        }
    }

    /// <returns>Milliseconds that this part of the operations did not exceed; zero if there were none.</returns>
    public double Quantile(double part)
    {
        long left = (long)(_counts.Sum(static c => (long)c) * part);
        for (int i = 0; i < _counts.Length; i++)
        {
            left -= _counts[i];
            if (left < 0)
            {
                return FirstMs * Math.Pow(2, (i + 0.5) / BucketsPerDoubling);
            }
        }

        return 0;
    }
}
