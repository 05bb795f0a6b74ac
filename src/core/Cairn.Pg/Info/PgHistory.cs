using Cairn.Maps;

namespace Cairn.Pg;

/// <summary>What the copies of a PG tell each other of its past. Merged by taking the newer of each field.</summary>
/// <remarks>Source: Ceph, <c>pg_history_t</c>.</remarks>
public sealed record PgHistory
{
    public Epoch EpochCreated { get; init; }

    /// <summary>Start of the newest activation known to have been completed by all its acting set.</summary>
    public Epoch LastEpochStarted { get; init; }

    /// <summary>First epoch of the interval of that activation.</summary>
    public Epoch LastIntervalStarted { get; init; }

    public Epoch LastEpochClean { get; init; }

    public Epoch LastIntervalClean { get; init; }

    public Epoch LastEpochSplit { get; init; }

    /// <summary>When an admin last gave up on unfound objects.</summary>
    public Epoch LastEpochGivenUp { get; init; }

    /// <summary>The present interval: known from maps, not merged.</summary>
    public Epoch SameIntervalSince { get; init; }

    public Epoch SameUpSince { get; init; }

    public Epoch SamePrimarySince { get; init; }

    public long LastScrubUnixMs { get; init; }

    public long LastDeepScrubUnixMs { get; init; }

    public PgHistory MergeWith(PgHistory other) => this with
    {
        EpochCreated = Newer(EpochCreated, other.EpochCreated),
        LastEpochStarted = Newer(LastEpochStarted, other.LastEpochStarted),
        LastIntervalStarted = Newer(LastIntervalStarted, other.LastIntervalStarted),
        LastEpochClean = Newer(LastEpochClean, other.LastEpochClean),
        LastIntervalClean = Newer(LastIntervalClean, other.LastIntervalClean),
        LastEpochSplit = Newer(LastEpochSplit, other.LastEpochSplit),
        LastEpochGivenUp = Newer(LastEpochGivenUp, other.LastEpochGivenUp),
        LastScrubUnixMs = Math.Max(LastScrubUnixMs, other.LastScrubUnixMs),
        LastDeepScrubUnixMs = Math.Max(LastDeepScrubUnixMs, other.LastDeepScrubUnixMs),
    };

    private static Epoch Newer(Epoch a, Epoch b) => a > b ? a : b;
}
