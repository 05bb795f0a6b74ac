namespace Cairn.Pg;

/// <summary>The clocks at one input. Leases and timeouts count on the monotonic one; the wall clock only stamps what people read.</summary>
/// <param name="MonotonicMs">Milliseconds since any fixed moment of this process; never goes back.</param>
/// <param name="UnixMs">Milliseconds since 1970 UTC.</param>
public readonly record struct PgTime(long MonotonicMs, long UnixMs);
