namespace Cairn.Monitor.State;

/// <summary>A health check an admin does not want to hear of.</summary>
/// <param name="UntilUnixMs">0: without end.</param>
/// <param name="Sticky">Stays when the check goes away and comes back.</param>
public sealed record HealthMute(long UntilUnixMs, bool Sticky);
