namespace Cairn.Pg.Recovery;

/// <summary>What an active primary is busy with besides its clients.</summary>
internal enum RecoveryWork
{
    None,

    /// <summary>By the log: objects in missing sets.</summary>
    Recovery,

    /// <summary>By scan: copies that are not filled.</summary>
    Backfill,

    /// <summary>All copies are filled; the monitor is asked to let the up set serve.</summary>
    WaitPgTemp,
}
