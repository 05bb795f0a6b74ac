using Cairn.Maps.Stats;

namespace Cairn.Monitor.State.Stats;

/// <summary>What clients and recovery do, of one pool or of all.</summary>
public sealed class IoRates
{
    public RateMeter ReadOps { get; } = new();

    public RateMeter WriteOps { get; } = new();

    public RateMeter ReadBytes { get; } = new();

    public RateMeter WriteBytes { get; } = new();

    public RateMeter RecoveredObjects { get; } = new();

    public RateMeter RecoveredBytes { get; } = new();

    /// <summary>Adds what happened between two reports of one primary; counters that fell are those of a new primary.</summary>
    public void Add(PgStat? before, PgStat now, long nowMs)
    {
        ReadOps.Add(Grown(before?.ReadOps, now.ReadOps), nowMs);
        WriteOps.Add(Grown(before?.WriteOps, now.WriteOps), nowMs);
        ReadBytes.Add(Grown(before?.ReadBytes, now.ReadBytes), nowMs);
        WriteBytes.Add(Grown(before?.WriteBytes, now.WriteBytes), nowMs);
        RecoveredObjects.Add(Grown(before?.RecoveredObjects, now.RecoveredObjects), nowMs);
        RecoveredBytes.Add(Grown(before?.RecoveredBytes, now.RecoveredBytes), nowMs);
    }

    // The first report after a change of leader holds a whole history: it says nothing of the last seconds.
    private static ulong Grown(ulong? before, ulong now) => before is { } old && now >= old ? now - old : 0;
}
