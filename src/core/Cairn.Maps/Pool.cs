using System.Collections.Immutable;

namespace Cairn.Maps;

public enum PoolType : byte
{
    Replicated = 1,
    Erasure = 3,
}

[Flags]
public enum PoolFlags : uint
{
    None = 0,
    HashPsPool = 1,
    Full = 2,
    NoDelete = 1 << 4,
    NoPgChange = 1 << 5,
    NoSizeChange = 1 << 6,
    NoScrub = 1 << 9,
    NoDeepScrub = 1 << 10,
}

/// <summary>A pool: how many PGs, how many copies, which CRUSH rule.</summary>
public sealed record Pool
{
    public required long Id { get; init; }

    public required string Name { get; init; }

    public PoolType Type { get; init; } = PoolType.Replicated;

    /// <summary>Copies (or shards) of each object.</summary>
    public required int Size { get; init; }

    /// <summary>Fewer acting OSDs than this, and the PG takes no I/O.</summary>
    public required int MinSize { get; init; }

    public required uint PgNum { get; init; }

    public required uint PgpNum { get; init; }

    public required int CrushRule { get; init; }

    public PoolFlags Flags { get; init; } = PoolFlags.HashPsPool;

    public Epoch CreatedIn { get; init; }

    public Epoch LastChange { get; init; }

    /// <summary>Bytes stored (before replication) above which writes are refused; 0 means no limit.</summary>
    public ulong QuotaMaxBytes { get; init; }

    public ulong QuotaMaxObjects { get; init; }

    /// <summary>Options without a field of their own (<c>target_max_misplaced_ratio</c>, application tags, ...), by name.</summary>
    public ImmutableSortedDictionary<string, string> Options { get; init; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
}
