namespace Cairn.Pg;

/// <summary>What can come up when a log is merged: for people, and to know that tests have met each.</summary>
[Flags]
internal enum LogMergeCases
{
    None = 0,

    /// <summary>The authoritative log reaches further back.</summary>
    OlderEntries = 1 << 0,

    /// <summary>Requests older than both logs that were not known here.</summary>
    Dups = 1 << 1,

    /// <summary>An object changed elsewhere: missing here from now on.</summary>
    FollowedChange = 1 << 2,

    FollowedDelete = 1 << 3,

    /// <summary>A change of an object that the copy is not filled up to.</summary>
    BeyondBackfill = 1 << 4,

    /// <summary>An object that exists only by a divergent change goes.</summary>
    UndoneCreation = 1 << 5,

    /// <summary>A divergent change was made on the newest agreed version: the object is missing in that.</summary>
    UndoneChange = 1 << 6,

    /// <summary>The divergent version had not got here yet, the agreed one is here.</summary>
    UndoneMissing = 1 << 7,

    /// <summary>Neither the divergent version nor the agreed one is here.</summary>
    UndoneToOlderMissing = 1 << 8,

    /// <summary>The authoritative log has a newer change of the same object.</summary>
    UndoneByNewer = 1 << 9,
}
