using System.CommandLine;
using System.Globalization;
using Cairn.Cli.Cluster;
using Cairn.Cli.Shell;
using Cairn.Maps;

namespace Cairn.Cli.Osds;

/// <summary>`cairn osd stat` and `cairn osd dump`: what the map says.</summary>
internal static class OsdDumpCommands
{
    public static Command Stat() => new Command("stat", "Counts the OSDs that are up and in.").Runs(async (cli, cancellationToken) =>
    {
        OsdDumpView view = OsdDumpView.Of(await cli.Monitors.MapAsync(cancellationToken));
        cli.Show(
            new OsdStatView(view.Epoch, view.Osds.Count, view.Osds.Count(o => o.Up), view.Osds.Count(o => o.In)),
            output => output.WriteLine(view.Counts));
    });

    public static Command Dump() => new Command("dump", "Shows the OSDMap.").Runs(async (cli, cancellationToken) =>
    {
        OsdDumpView view = OsdDumpView.Of(await cli.Monitors.MapAsync(cancellationToken));
        cli.Show(view, view.Write);
    });
}

internal sealed record OsdStatView(uint Epoch, int NumOsds, int NumUpOsds, int NumInOsds);

internal sealed record OsdDumpView(
    Guid Fsid,
    uint Epoch,
    long ModifiedUnixMs,
    string Flags,
    double FullRatio,
    double BackfillfullRatio,
    double NearfullRatio,
    IReadOnlyList<OsdDumpView.Osd> Osds,
    IReadOnlyList<Pools.PoolView> Pools,
    IReadOnlyDictionary<string, int[]> PgTemp)
{
    internal sealed record Osd(
        int Id, Guid Uuid, bool Up, bool In, double Weight, double PrimaryAffinity,
        uint UpFrom, uint UpThru, uint DownAt, uint LostAt, string DataAddress, string HeartbeatAddress, string AdminAddress);

    internal string Counts => $"{Osds.Count} osds: {Osds.Count(o => o.Up)} up, {Osds.Count(o => o.In)} in; epoch e{Epoch}";

    public static OsdDumpView Of(OsdMap map) => new(
        map.Fsid,
        map.Epoch.Value,
        map.ModifiedUnixMs,
        FlagNames.Of(map.Flags),
        map.FullRatio,
        map.BackfillfullRatio,
        map.NearfullRatio,
        [.. map.Osds.Select((o, id) => (State: o, Id: id)).Where(o => o.State is not null).Select(o => OfOsd(o.Id, o.State!))],
        [.. map.Pools.Values.Select(p => Cli.Pools.PoolView.Of(p, map))],
        map.PgTemp.ToDictionary(p => p.Key.ToString(), p => p.Value.Select(o => o.Value).ToArray()));

    public void Write(TextWriter output)
    {
        output.WriteLine($"epoch {Epoch}");
        output.WriteLine($"fsid {Fsid}");
        output.WriteLine($"modified {Units.Timestamp(ModifiedUnixMs)}");
        output.WriteLine($"flags {(Flags.Length > 0 ? Flags : "-")}");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"full_ratio {FullRatio} backfillfull_ratio {BackfillfullRatio} nearfull_ratio {NearfullRatio}"));
        foreach (Pools.PoolView pool in Pools)
        {
            output.WriteLine(pool.Line);
        }

        foreach (Osd osd in Osds)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"osd.{osd.Id} {(osd.Up ? "up" : "down")} {(osd.In ? "in" : "out")} weight {osd.Weight:0.#####} up_from {osd.UpFrom} up_thru {osd.UpThru} down_at {osd.DownAt} {osd.DataAddress} {osd.Uuid}"));
        }

        foreach ((string pg, int[] acting) in PgTemp)
        {
            output.WriteLine($"pg_temp {pg} [{string.Join(',', acting)}]");
        }
    }

    private static Osd OfOsd(int id, OsdState state) => new(
        id, state.Uuid, state.Up, state.In, (double)state.Weight / OsdState.FullWeight, (double)state.PrimaryAffinity / OsdState.FullWeight,
        state.UpFrom.Value, state.UpThru.Value, state.DownAt.Value, state.LostAt.Value, state.DataAddress, state.HeartbeatAddress, state.AdminAddress);
}
