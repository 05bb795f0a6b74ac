using System.Collections.Immutable;
using Cairn.Crush;
using Cairn.Maps.Auth;

namespace Cairn.Maps;

/// <summary>Where the data is: the cluster map of one epoch. Immutable; <see cref="OsdMapIncremental"/> takes it to the next.</summary>
public sealed partial record OsdMap
{
    public required Guid Fsid { get; init; }

    public Epoch Epoch { get; init; }

    /// <summary>When the leader made this epoch, milliseconds since 1970 UTC.</summary>
    public long ModifiedUnixMs { get; init; }

    public OsdMapFlags Flags { get; init; }

    /// <summary>By OSD id; null where that id does not exist.</summary>
    public ImmutableArray<OsdState?> Osds { get; init; } = [];

    public ImmutableSortedDictionary<long, Pool> Pools { get; init; } = ImmutableSortedDictionary<long, Pool>.Empty;

    /// <summary>The highest pool id ever given: ids are not used twice.</summary>
    public long MaxPoolId { get; init; }

    public required CrushMap Crush { get; init; }

    public ImmutableSortedDictionary<PgId, ImmutableArray<OsdId>> PgTemp { get; init; } = ImmutableSortedDictionary<PgId, ImmutableArray<OsdId>>.Empty;

    public ImmutableSortedDictionary<PgId, OsdId> PrimaryTemp { get; init; } = ImmutableSortedDictionary<PgId, OsdId>.Empty;

    public ImmutableSortedDictionary<PgId, ImmutableArray<OsdId>> PgUpmap { get; init; } = ImmutableSortedDictionary<PgId, ImmutableArray<OsdId>>.Empty;

    public ImmutableSortedDictionary<PgId, ImmutableArray<(OsdId From, OsdId To)>> PgUpmapItems { get; init; } =
        ImmutableSortedDictionary<PgId, ImmutableArray<(OsdId From, OsdId To)>>.Empty;

    /// <summary>Clients (by entity, or entity and incarnation) whose operations are refused, with the end of the ban, ms since 1970 UTC.</summary>
    public ImmutableSortedDictionary<string, long> Blocklist { get; init; } = ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);

    /// <summary>What clients may do, by entity.</summary>
    public ImmutableSortedDictionary<string, ClientCaps> Auth { get; init; } = ImmutableSortedDictionary.Create<string, ClientCaps>(StringComparer.Ordinal);

    public ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, string>> ErasureProfiles { get; init; } =
        ImmutableSortedDictionary.Create<string, ImmutableSortedDictionary<string, string>>(StringComparer.Ordinal);

    /// <summary>Share of an OSD's space above which it takes no more writes, warns, or takes no more backfill.</summary>
    public double FullRatio { get; init; } = 0.95;

    public double NearfullRatio { get; init; } = 0.85;

    public double BackfillfullRatio { get; init; } = 0.90;

    public OsdState? Osd(OsdId id) => id.Value >= 0 && id.Value < Osds.Length ? Osds[id.Value] : null;

    public bool IsUp(OsdId id) => Osd(id) is { Up: true };

    public Pool? FindPool(string name) => Pools.Values.FirstOrDefault(p => p.Name == name);
}
