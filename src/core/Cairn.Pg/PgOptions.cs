namespace Cairn.Pg;

/// <summary>What an operator may tune in a PG. Names and most defaults are Ceph's.</summary>
public sealed record PgOptions
{
    /// <summary><c>osd_min_pg_log_entries</c>: log entries kept when clean. More lets an OSD be away longer without a backfill.</summary>
    public int LogEntriesMin { get; init; } = 500;

    /// <summary><c>osd_max_pg_log_entries</c>: kept while some copy is behind.</summary>
    public int LogEntriesMax { get; init; } = 2000;

    /// <summary><c>osd_pg_log_trim_min</c>: trimmed in batches, so that one range removal serves many writes.</summary>
    public int LogTrimBatch { get; init; } = 100;

    /// <summary><c>osd_pg_log_dups_tracked</c>: request ids remembered, those of the log included.</summary>
    public int DupsTracked { get; init; } = 3000;

    /// <summary><c>osd_read_lease_ms</c>: short, since a killed primary's lease is what clients wait for; renewed only while reads come.</summary>
    public long ReadLeaseMs { get; init; } = 800;

    /// <summary>Unanswered messages to peers are sent again after this long: a broken connection may have lost them.</summary>
    public long ResendMs { get; init; } = 1000;

    /// <summary><c>osd_recovery_max_active</c>: objects of one PG recovered at a time.</summary>
    public int RecoveryMaxActive { get; init; } = 8;

    /// <summary><c>osd_recovery_max_chunk</c>, bytes of a large object sent at a time.</summary>
    public int RecoveryChunkBytes { get; init; } = 4 << 20;

    /// <summary><c>osd_backfill_scan_max</c>: objects in one digest of a backfill target.</summary>
    public int BackfillScanMax { get; init; } = 512;

    /// <summary>Objects filled between two notes of <c>last_backfill</c> on the target: what a restart of it at most repeats.</summary>
    public int BackfillNoteEvery { get; init; } = 128;

    /// <summary><c>osd_backfill_retry_interval</c> after a target refused (too full), ms.</summary>
    public long BackfillRetryMs { get; init; } = 10_000;

    /// <summary>Client operations that may wait inside one PG; the shell's budgets keep it from getting there.</summary>
    public int WaitingOpsMax { get; init; } = 100_000;

    /// <summary><c>osd_max_object_size</c>, bytes.</summary>
    public ulong ObjectBytesMax { get; init; } = Objects.ObjectLimits.ObjectBytesMax;
}
