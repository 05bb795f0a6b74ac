using Cairn.Maps;

namespace Cairn.Simulation.Cluster;

/// <summary>What one epoch changed, for people.</summary>
public static class MapChangeText
{
    public static string Of(OsdMap before, OsdMap next)
    {
        IEnumerable<string> osds = Enumerable.Range(0, next.Osds.Length).Where(i => !Equals(before.Osd(new OsdId(i)), next.Osds[i]) && next.Osds[i] is not null).Select(i =>
            $"osd.{i} {(next.Osds[i]!.Up ? "up" : "down")}{(next.Osds[i]!.In ? "" : " out")} from {next.Osds[i]!.UpFrom.Value} thru {next.Osds[i]!.UpThru.Value}");
        IEnumerable<string> temps = next.PgTemp.Except(before.PgTemp).Select(static t => $"pg_temp {t.Key} [{string.Join(',', t.Value.Select(static o => o.Value))}]")
            .Concat(before.PgTemp.Keys.Except(next.PgTemp.Keys).Select(static k => $"pg_temp {k} gone"));
        IEnumerable<string> pools = next.Pools.Values.Except(before.Pools.Values).Select(static p => $"pool {p.Id} pg_num {p.PgNum}/{p.PgpNum} size {p.Size}/{p.MinSize}")
            .Concat(before.Pools.Keys.Except(next.Pools.Keys).Select(static k => $"pool {k} deleted"));
        IEnumerable<string> flags = before.Flags == next.Flags ? [] : [$"flags {next.Flags}"];
        return $"{next.Epoch}: {string.Join("; ", osds.Concat(temps).Concat(pools).Concat(flags))}";
    }
}
