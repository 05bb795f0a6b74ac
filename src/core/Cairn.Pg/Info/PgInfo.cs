using Cairn.Maps;
using Cairn.Objects;

namespace Cairn.Pg;

/// <summary>One copy of a PG in a few numbers: how far it got, and what it knows of the PG's past.</summary>
/// <remarks>Source: Ceph, <c>pg_info_t</c>.</remarks>
public sealed record PgInfo
{
    public required PgId Pg { get; init; }

    /// <summary>Version of the newest log entry.</summary>
    public Eversion LastUpdate { get; init; }

    /// <summary>Every object is at least as new as the log says up to here.</summary>
    public Eversion LastComplete { get; init; }

    /// <summary>The log holds what came after this version.</summary>
    public Eversion LogTail { get; init; }

    /// <summary>The activation whose state this copy has committed to.</summary>
    public Epoch LastEpochStarted { get; init; }

    public Epoch LastIntervalStarted { get; init; }

    public BackfillCursor LastBackfill { get; init; } = BackfillCursor.Complete;

    public PgHistory History { get; init; } = new();

    public long ObjectCount { get; init; }

    public long Bytes { get; init; }

    /// <summary>The OSD has no such PG, or one that was never written or activated.</summary>
    public bool IsEmpty => LastUpdate == Eversion.Zero && LastEpochStarted == Epoch.None;

    public bool IsIncomplete => !LastBackfill.IsComplete;

    public override string ToString() =>
        $"{Pg} lu {LastUpdate} tail {LogTail} les {LastEpochStarted.Value}/{History.LastEpochStarted.Value} lb {LastBackfill} objects {ObjectCount}";
}
