using System.Globalization;
using Cairn.Crush;
using Cairn.Maps;

namespace Cairn.Cli.Pools;

internal sealed record PoolView(
    long Id, string Name, string Type, int Size, int MinSize, uint PgNum, uint PgpNum, string CrushRule, string Flags,
    ulong QuotaMaxBytes, ulong QuotaMaxObjects, uint CreatedIn, IReadOnlyDictionary<string, string> Options)
{
    public static PoolView Of(Pool pool, OsdMap map) => new(
        pool.Id,
        pool.Name,
        pool.Type.ToString().ToLowerInvariant(),
        pool.Size,
        pool.MinSize,
        pool.PgNum,
        pool.PgpNum,
        map.Crush.Rules.TryGetValue(pool.CrushRule, out CrushRule? rule) ? rule.Name : pool.CrushRule.ToString(CultureInfo.InvariantCulture),
        string.Join(',', Enum.GetValues<PoolFlags>().Where(f => f != PoolFlags.None && pool.Flags.HasFlag(f)).Select(f => f.ToString().ToLowerInvariant())),
        pool.QuotaMaxBytes,
        pool.QuotaMaxObjects,
        pool.CreatedIn.Value,
        pool.Options);

    /// <summary>As in `cairn osd dump`.</summary>
    internal string Line => string.Create(
        CultureInfo.InvariantCulture,
        $"pool {Id} '{Name}' {Type} size {Size} min_size {MinSize} crush_rule {CrushRule} pg_num {PgNum} pgp_num {PgpNum} flags {Flags}");

    /// <summary>Variables as `cairn pool get` names them.</summary>
    internal IEnumerable<KeyValuePair<string, string>> Variables
    {
        get
        {
            static KeyValuePair<string, string> Pair(string name, IFormattable value) => new(name, value.ToString(null, CultureInfo.InvariantCulture));
            return
            [
                Pair("size", Size), Pair("min_size", MinSize), Pair("pg_num", PgNum), Pair("pgp_num", PgpNum), new("crush_rule", CrushRule),
                Pair("quota_max_bytes", QuotaMaxBytes), Pair("quota_max_objects", QuotaMaxObjects),
                .. new[] { "nodelete", "nopgchange", "nosizechange", "noscrub", "nodeepscrub" }.Select(f => new KeyValuePair<string, string>(
                    f == "nodeepscrub" ? "nodeep-scrub" : f,
                    Flags.Split(',').Contains(f) ? "true" : "false")),
                .. Options,
            ];
        }
    }
}
