using System.CommandLine;
using System.Globalization;
using Cairn.Cli.Shell;
using Cairn.Messaging.Wire;

namespace Cairn.Cli.Osds;

/// <summary>`cairn osd df`: how full each OSD is, and how evenly data is spread.</summary>
internal static class OsdDfCommand
{
    public static Command Create() => new Command("df", "Shows how full each OSD is.").Runs(async (cli, cancellationToken) =>
    {
        OsdDfView view = OsdDfView.Of(await cli.Monitors.DfAsync(cancellationToken));
        cli.Show(view, view.Write);
    });
}

internal sealed record OsdDfView(IReadOnlyList<OsdDfView.Row> Osds, ulong CapacityBytes, ulong UsedBytes, ulong AvailableBytes)
{
    internal sealed record Row(
        int Id,
        string Status,
        bool In,
        double CrushWeight,
        double Reweight,
        ulong CapacityBytes,
        ulong UsedBytes,
        ulong StoredBytes,
        ulong AvailableBytes,
        uint Pgs);

    public static OsdDfView Of(DfReply reply) => new(
        [.. reply.Osds.Select(o => new Row(
            o.Osd_,
            o.Up ? "up" : "down",
            o.In,
            o.CrushWeight,
            o.Reweight,
            o.Stat?.CapacityBytes ?? 0,
            o.Stat?.UsedBytes ?? 0,
            o.Stat?.StoredBytes ?? 0,
            o.Stat?.AvailableBytes ?? 0,
            o.Pgs))],
        reply.CapacityBytes,
        reply.UsedBytes,
        reply.AvailableBytes);

    public void Write(TextWriter output)
    {
        double average = CapacityBytes > 0 ? (double)UsedBytes / CapacityBytes : 0;
        TextTable table = new TextTable("ID", "WEIGHT", "REWEIGHT", "SIZE", "USED", "DATA", "AVAIL", "%USE", "VAR", "PGS", "STATUS").Right(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        foreach (Row row in Osds)
        {
            double use = row.CapacityBytes > 0 ? (double)row.UsedBytes / row.CapacityBytes : 0;
            table.Add(
                row.Id.ToString(CultureInfo.InvariantCulture),
                Units.Number(row.CrushWeight, "0.00000"),
                Units.Number(row.Reweight, "0.00000"),
                Units.Bytes(row.CapacityBytes),
                Units.Bytes(row.UsedBytes),
                Units.Bytes(row.StoredBytes),
                Units.Bytes(row.AvailableBytes),
                Units.Number(100 * use),
                Units.Number(average > 0 ? use / average : 0),
                row.Pgs.ToString(CultureInfo.InvariantCulture),
                row.Status);
        }

        table.Write(output);
        output.WriteLine($"TOTAL {Units.Bytes(CapacityBytes)}, {Units.Bytes(UsedBytes)} used ({Units.Number(100 * average)}%), {Units.Bytes(AvailableBytes)} available");
    }
}
