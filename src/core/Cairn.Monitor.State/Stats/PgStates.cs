namespace Cairn.Monitor.State.Stats;

/// <summary>The words of a PG's state, as flags.</summary>
[Flags]
public enum PgStates
{
    None = 0,
    Active = 1 << 0,
    Clean = 1 << 1,
    Peering = 1 << 2,
    Down = 1 << 3,
    Incomplete = 1 << 4,
    Degraded = 1 << 5,
    Undersized = 1 << 6,
    Stale = 1 << 7,
    Inconsistent = 1 << 8,
    RecoveryUnfound = 1 << 9,
    BackfillTooFull = 1 << 10,
    RecoveryTooFull = 1 << 11,
    Unknown = 1 << 12,
}
