using System.Diagnostics;
using Cairn.Pg;

namespace Cairn.Osd;

/// <summary>The clocks of this process, as the PGs want them.</summary>
internal sealed class OsdClock(TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();

    public long MonotonicMs => (long)time.GetElapsedTime(_start).TotalMilliseconds;

    public long MonotonicUs => (long)time.GetElapsedTime(_start).TotalMicroseconds;

    public PgTime Now => new(MonotonicMs, time.GetUtcNow().ToUnixTimeMilliseconds());
}
