using Cairn.Maps;

namespace Cairn.Client.Objecter;

/// <summary>Where the operations of one PG go, by one map.</summary>
internal sealed class PgTarget(PgId pg, PgMapping mapping, Pool pool)
{
    public PgId Pg { get; } = pg;

    public PgMapping Mapping { get; } = mapping;

    public Pool Pool { get; } = pool;

    /// <summary>Whether the PG is in the same interval by both maps: then its primary keeps what it got, and nothing is sent again.</summary>
    /// <remarks>Source: Ceph documentation, "interval": up set, acting set, their primaries, size, min_size, and no split.</remarks>
    public bool IsSameIntervalAs(PgTarget other) =>
        Pg == other.Pg
        && Mapping.ActingPrimary == other.Mapping.ActingPrimary
        && Mapping.UpPrimary == other.Mapping.UpPrimary
        && Mapping.Acting.AsSpan().SequenceEqual(other.Mapping.Acting.AsSpan())
        && Mapping.Up.AsSpan().SequenceEqual(other.Mapping.Up.AsSpan())
        && Pool.Size == other.Pool.Size
        && Pool.MinSize == other.Pool.MinSize
        && Pool.PgNum == other.Pool.PgNum;
}
