using System.Collections.Immutable;
using Cairn.Maps;
using Cairn.Objects;

namespace Cairn.Pg;

/// <summary>What the primary tells the cluster of its PG.</summary>
public sealed record PgStats
{
    public required PgId Pg { get; init; }

    public required OsdId ReportedBy { get; init; }

    /// <summary>The epoch at which it was made; newer ones replace older ones, then by sequence.</summary>
    public Epoch ReportedEpoch { get; init; }

    public ulong ReportedSequence { get; init; }

    /// <summary>As Ceph prints it: <c>active+clean</c>, <c>active+undersized+degraded</c>, <c>peering</c>, ...</summary>
    public required string State { get; init; }

    public ImmutableArray<OsdId> Up { get; init; } = [];

    public ImmutableArray<OsdId> Acting { get; init; } = [];

    public OsdId ActingPrimary { get; init; } = OsdId.Nobody;

    public Eversion LastUpdate { get; init; }

    public Eversion LogTail { get; init; }

    public int LogSize { get; init; }

    public long Objects { get; init; }

    public long Bytes { get; init; }

    /// <summary>Copies that are not where and as many as they should be.</summary>
    public long Degraded { get; init; }

    /// <summary>Copies that exist, but on an OSD that should not hold them.</summary>
    public long Misplaced { get; init; }

    /// <summary>Objects of which no reachable copy has the newest version.</summary>
    public long Unfound { get; init; }

    public long MissingOnPrimary { get; init; }

    public Epoch Created { get; init; }

    public Epoch LastEpochClean { get; init; }

    public long LastActiveUnixMs { get; init; }

    public long LastCleanUnixMs { get; init; }

    public long LastScrubUnixMs { get; init; }

    public long LastDeepScrubUnixMs { get; init; }

    /// <summary>Inconsistencies the last scrub found and nobody repaired since.</summary>
    public int ScrubErrors { get; init; }

    /// <summary>Client operations that wait inside the PG.</summary>
    public int WaitingOps { get; init; }

    /// <summary>OSDs that peering waits for, for <c>pg query</c> and health.</summary>
    public ImmutableArray<OsdId> BlockedBy { get; init; } = [];

    public long ReadOps { get; init; }

    public long WriteOps { get; init; }

    public long ReadBytes { get; init; }

    public long WriteBytes { get; init; }

    public long RecoveredObjects { get; init; }

    public long RecoveredBytes { get; init; }
}
