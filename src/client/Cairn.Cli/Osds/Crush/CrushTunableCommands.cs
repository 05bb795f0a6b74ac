using System.CommandLine;
using Cairn.Cli.Cluster;
using Cairn.Cli.Shell;
using Cairn.Crush;
using Cairn.Maps;
using Cairn.Maps.Commands;
using static Cairn.Cli.Osds.Crush.CrushArguments;
using Command = System.CommandLine.Command;
using Change = Cairn.Maps.Commands.Command;

namespace Cairn.Cli.Osds.Crush;

/// <summary>The knobs of the mapping. Changing one may move most of the data.</summary>
internal static class CrushTunableCommands
{
    public static Command Profile()
    {
        Argument<string> profile = Word("profile", "legacy, argonaut, bobtail, firefly, hammer, jewel, optimal or default.");
        return new Command("tunables", "Sets all tunables to those of a release of Ceph.") { profile, Force }.Runs((cli, ct) =>
            cli.ApplyAsync(new Change { CrushSetTunables = new CrushSetTunables { Profile = cli.Get(profile), Force = cli.Get(Force) } }, ct));
    }

    public static Command Set()
    {
        Argument<string> name = Word("tunable", "As in the text form: choose_total_tries, chooseleaf_stable, ...");
        Argument<int> value = new("value") { Description = "Its value." };
        return new Command("set-tunable", "Sets one tunable.") { name, value, Force }.Runs((cli, ct) => cli.ApplyAsync(
            new Change
            {
                CrushSetTunables = new CrushSetTunables
                {
                    Tunables = { new CrushSetTunables.Types.Tunable { Name = cli.Get(name), Value = cli.Get(value) } },
                    Force = cli.Get(Force),
                },
            },
            ct));
    }

    public static Command Show() => new Command("show-tunables", "Lists the tunables.").Runs(async (cli, ct) =>
    {
        OsdMap map = await cli.Monitors.MapAsync(ct);
        IReadOnlyDictionary<string, string> values = CrushTunableNames.All(map.Crush.Tunables).ToDictionary(t => t.Name, t => Text(t.Value));
        cli.Show(values, output => CrushShowCommands.WriteLines(output, values.Select(v => $"{v.Key} {v.Value}")));
    });
}
