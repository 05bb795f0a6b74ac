using System.Collections.Immutable;
using Google.Protobuf.Collections;

namespace Cairn.Maps;

/// <summary>Pools, options and the lists of OSDs by PG on the wire.</summary>
internal static class PoolCodec
{
    public static Wire.Pool ToWire(Pool pool) => new()
    {
        Id = pool.Id,
        Name = pool.Name,
        Type = (uint)pool.Type,
        Size = (uint)pool.Size,
        MinSize = (uint)pool.MinSize,
        PgNum = pool.PgNum,
        PgpNum = pool.PgpNum,
        CrushRule = pool.CrushRule,
        Flags = (uint)pool.Flags,
        CreatedIn = pool.CreatedIn.Value,
        LastChange = pool.LastChange.Value,
        QuotaMaxBytes = pool.QuotaMaxBytes,
        QuotaMaxObjects = pool.QuotaMaxObjects,
        Options = { ToWire(pool.Options) },
    };

    public static Pool FromWire(Wire.Pool wire) => new()
    {
        Id = wire.Id,
        Name = wire.Name,
        Type = (PoolType)wire.Type,
        Size = (int)wire.Size,
        MinSize = (int)wire.MinSize,
        PgNum = wire.PgNum,
        PgpNum = wire.PgpNum,
        CrushRule = wire.CrushRule,
        Flags = (PoolFlags)wire.Flags,
        CreatedIn = new Epoch(wire.CreatedIn),
        LastChange = new Epoch(wire.LastChange),
        QuotaMaxBytes = wire.QuotaMaxBytes,
        QuotaMaxObjects = wire.QuotaMaxObjects,
        Options = FromWire(wire.Options),
    };

    public static IEnumerable<Wire.Option> ToWire(ImmutableSortedDictionary<string, string> options) =>
        options.OrderBy(o => o.Key, StringComparer.Ordinal).Select(o => new Wire.Option { Name = o.Key, Value = o.Value });

    public static ImmutableSortedDictionary<string, string> FromWire(RepeatedField<Wire.Option> options) =>
        options.ToImmutableSortedDictionary(o => o.Name, o => o.Value, StringComparer.Ordinal);

    public static bool Same(Pool a, Pool b) => ReferenceEquals(a, b) || ToWire(a).Equals(ToWire(b));

    public static Wire.PgOsds ToWire(PgId pg, ImmutableArray<OsdId> osds) => new() { Pool = pg.Pool, Seed = pg.Seed, Osds = { osds.Select(o => o.Value) } };

    public static Wire.PgOsds ToWire(PgId pg, OsdId osd) => new() { Pool = pg.Pool, Seed = pg.Seed, Osds = { osd.Value } };

    public static Wire.PgOsds ToWire(PgId pg, ImmutableArray<(OsdId From, OsdId To)> items) =>
        new() { Pool = pg.Pool, Seed = pg.Seed, Osds = { items.SelectMany(i => new[] { i.From.Value, i.To.Value }) } };

    public static PgId PgOf(Wire.PgOsds wire) => new(wire.Pool, wire.Seed);

    public static ImmutableArray<OsdId> OsdsOf(Wire.PgOsds wire) => [.. wire.Osds.Select(o => new OsdId(o))];

    public static OsdId OsdOf(Wire.PgOsds wire) => new(wire.Osds[0]);

    public static ImmutableArray<(OsdId From, OsdId To)> ItemsOf(Wire.PgOsds wire) =>
        [.. wire.Osds.Chunk(2).Select(pair => (new OsdId(pair[0]), new OsdId(pair[1])))];
}
