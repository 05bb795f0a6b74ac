using Cairn.Objects;

namespace Cairn.Pg;

/// <summary>What a merge changed, for the store.</summary>
internal sealed class LogMergeOutcome
{
    /// <summary>Where the two logs last agreed.</summary>
    public Eversion Common { get; set; }

    public LogMergeCases Cases { get; set; }

    /// <summary>Older entries taken over at the tail.</summary>
    public List<LogEntry> Extended { get; init; } = [];

    public List<DupEntry> Dups { get; init; } = [];

    public List<LogEntry> Divergent { get; set; } = [];

    public List<LogEntry> Added { get; } = [];

    /// <summary>Objects whose copy here must go: deleted, or made of a divergent change.</summary>
    public SortedSet<ObjectId> Removed { get; } = [];

    /// <summary>Objects whose entry in the missing set may have changed.</summary>
    public SortedSet<ObjectId> Touched { get; } = [];
}
