using System.CommandLine;
using Cairn.Cli.Cluster;
using Cairn.Cli.Crush;
using Cairn.Cli.Shell;
using Cairn.Crush;
using Cairn.Maps;
using Cairn.Maps.Commands;
using static Cairn.Cli.Osds.Crush.CrushArguments;
using Command = System.CommandLine.Command;
using Change = Cairn.Maps.Commands.Command;

namespace Cairn.Cli.Osds.Crush;

/// <summary>`cairn osd getcrushmap`, `cairn osd setcrushmap`: the whole map, out and in.</summary>
internal static class CrushMapCommands
{
    public static Command Get()
    {
        Option<string> file = new("-o", "--output") { Description = "Where to write; standard output if not given.", HelpName = "FILE" };
        Option<bool> binary = new("--binary") { Description = "Ceph's compiled form, as `crushtool -d` reads it, in place of text." };
        return new Command("getcrushmap", "Writes the cluster's CRUSH map, as text that `setcrushmap` and `crushtool -c` read.") { file, binary }.Runs(async (cli, ct) =>
        {
            OsdMap map = await cli.Monitors.MapAsync(ct);
            await CrushFiles.WriteAsync(cli, map.Crush, cli.Get(file), cli.Get(binary), ct);
        });
    }

    public static Command Set()
    {
        Argument<string> file = Word("map", "The map, as text or compiled; - is standard input.");
        return new Command("setcrushmap", "Replaces the cluster's CRUSH map.") { file, Force }.Runs((cli, ct) => cli.ApplyAsync(
            new Change { CrushSetMap = new CrushSetMap { Text = CrushText.Write(CrushFiles.Read(cli.Get(file))), Force = cli.Get(Force) } }, ct));
    }
}
