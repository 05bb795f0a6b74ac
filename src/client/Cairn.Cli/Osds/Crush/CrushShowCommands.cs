using Cairn.Cli.Cluster;
using Cairn.Cli.Crush;
using Cairn.Cli.Shell;
using Cairn.Maps;
using Command = System.CommandLine.Command;

namespace Cairn.Cli.Osds.Crush;

/// <summary>What the cluster's hierarchy is.</summary>
internal static class CrushShowCommands
{
    public static Command Tree() => new Command("tree", "Shows the hierarchy alone; `cairn osd tree` adds the OSDs' state.").Runs(async (cli, ct) =>
    {
        OsdMap map = await cli.Monitors.MapAsync(ct);
        CrushTreeView.Write(map.Crush, cli.Output);
    });

    public static void WriteLines(TextWriter output, IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            output.WriteLine(line);
        }
    }
}
