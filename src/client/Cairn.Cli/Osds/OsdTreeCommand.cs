using System.CommandLine;
using Cairn.Cli.Cluster;
using Cairn.Cli.Shell;
using Cairn.Maps;

namespace Cairn.Cli.Osds;

/// <summary>`cairn osd tree`.</summary>
internal static class OsdTreeCommand
{
    public static Command Create() => new Command("tree", "Shows the CRUSH hierarchy and the state of each OSD.").Runs(async (cli, cancellationToken) =>
    {
        OsdMap map = await cli.Monitors.MapAsync(cancellationToken);
        IReadOnlyList<OsdTreeRow> rows = OsdTreeRow.Of(map);
        cli.Show(rows, output => Write(rows, output));
    });

    internal static void Write(IReadOnlyList<OsdTreeRow> rows, TextWriter output)
    {
        TextTable table = new TextTable("ID", "CLASS", "WEIGHT", "TYPE NAME", "STATUS", "REWEIGHT", "PRI-AFF").Right(0, 2, 5, 6);
        foreach (OsdTreeRow row in rows)
        {
            string indent = new(' ', 4 * row.Depth);
            table.Add(
                row.Id.ToString(System.Globalization.CultureInfo.InvariantCulture),
                row.Class ?? (row.Id >= 0 ? "" : " "),
                Units.Number(row.Weight, "0.00000"),
                indent + (row.Id >= 0 ? row.Name : $"{row.Type} {row.Name}"),
                row.Status ?? " ",
                row.Reweight is { } reweight ? Units.Number(reweight, "0.00000") : " ",
                row.PrimaryAffinity is { } affinity ? Units.Number(affinity, "0.00000") : " ");
        }

        table.Write(output);
    }
}
