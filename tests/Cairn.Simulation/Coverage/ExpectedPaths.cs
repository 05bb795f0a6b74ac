namespace Cairn.Simulation.Coverage;

/// <summary>What a soak must have entered: a path that no history takes is one that no history tests.</summary>
public static class ExpectedPaths
{
    /// <summary>Kind, a part of the name, and whether a few hundred histories suffice.</summary>
    private static readonly IReadOnlyList<(string Kind, string Part, bool IsCommon)> All =
    [
        ("peering", "GetInfo", true),
        ("peering", "GetLog", true),
        ("peering", "GetMissing", true),
        ("peering", "WaitUpThru", true),
        ("peering", "WaitActingChange", true),
        ("peering", "Activating", true),
        ("peering", "Active", true),
        ("peering", "ReplicaActive", true),
        ("peering", "Stray", true),
        ("peering", "Down", true),
        ("peering", "Incomplete", false),

        ("state", "clean", true),
        ("state", "degraded", true),
        ("state", "undersized", true),
        ("state", "remapped", true),
        ("state", "recovering", true),
        ("state", "recovery_wait", true),
        ("state", "backfilling", true),
        ("state", "backfill_wait", true),
        ("state", "backfill_toofull", false),
        ("state", "recovery_unfound", false),
        ("state", "peered", true),
        ("state", "wait", true),
        ("state", "laggy", true),
        ("state", "scrubbing", true),
        ("state", "inconsistent", false),
        ("state", "repair", true),

        ("event", "OlderEntries", false),
        ("event", "Dups", true),
        ("event", "FollowedChange", true),
        ("event", "FollowedDelete", true),
        ("event", "BeyondBackfill", false),
        ("event", "UndoneCreation", true),
        ("event", "UndoneChange", true),
        ("event", "UndoneMissing", false),
        ("event", "UndoneToOlderMissing", false),
        ("event", "UndoneByNewer", true),
        ("event", "clean without this copy", true),
        ("event", "its pool was removed", true),
        ("event", "does not match its checksum", false),
        ("event", "ReadError", false),

        ("message", "PgNotify of a half filled copy", true),
        ("message", "PgNotify of an empty copy", true),
        ("message", "PgActivate for backfill from the start", true),
        ("message", "PgActivate with log entries", true),
        ("message", "PgActivate with nothing new", true),
        ("message", "PgLogReply with missing objects", true),
        ("message", "RepOp Modify", true),
        ("message", "RepOp Delete", true),
        ("message", "RepOp Noop", true),
        ("message", "RepOp LostRevert", false),
        ("message", "RepOp LostDelete", false),
        ("message", "RepOp beyond last_backfill", true),
        ("message", "Push of a whole object", true),
        ("message", "Push of a first piece", true),
        ("message", "Push of a middle piece", true),
        ("message", "Push of a last piece", true),
        ("message", "Pull of a further piece", true),
        ("message", "PullRefused", false),
        ("message", "BackfillScan from the start", true),
        ("message", "BackfillScan further on", true),
        ("message", "BackfillProgress on the way", true),
        ("message", "BackfillProgress complete", true),
        ("message", "BackfillRemove", true),
        ("message", "ReserveRequest for backfill", true),
        ("message", "ReserveRequest for recovery", true),
        ("message", "ReserveReject", false),
        ("message", "PgRemove", true),

        ("path", "recovery ahead of the queue", true),
        ("path", "Local reservation taken back", false),
        ("path", "Remote reservation taken back", false),
        ("path", "Remote reservation rejected", false),
        ("path", "restart of a half filled copy", false),
        ("path", "restart of an unfilled copy", false),
        ("path", "restart with missing objects", true),
        ("path", "split", true),

        ("fault", "bit rot", true),
        ("fault", "disk lost", true),
        ("fault", "unfound reverted", false),
        ("fault", "unfound deleted", false),
    ];

    /// <param name="fewHistories">Only what is common.</param>
    public static IReadOnlyList<string> NeverEntered(CoverageCounts counts, bool fewHistories)
    {
        var seen = counts.Counts.ToLookup(static c => c.Kind, static c => c.Name);
        return
        [
            .. All.Where(e => (e.IsCommon || !fewHistories) && !seen[e.Kind].Any(n => n.Contains(e.Part, StringComparison.Ordinal)))
                .Select(static e => $"{e.Kind}: {e.Part}"),
        ];
    }
}
