using System.CommandLine;
using Cairn.Cli.Shell;
using Cairn.Maps;
using Commands = Cairn.Maps.Commands;

namespace Cairn.Cli.Osds;

/// <summary>What an admin says about an OSD's liveness and share of the data.</summary>
internal static class OsdMarkCommands
{
    public static Command Out()
    {
        Argument<OsdId[]> osds = Arguments.Osds();
        return new Command("out", "Moves the data away from OSDs; they stay out until marked in.") { osds }.Runs((cli, ct) =>
            cli.ApplyAsync(new Commands.Command { OsdOut = new Commands.OsdOut { Osds = { Ids(cli.Get(osds)) } } }, ct));
    }

    public static Command In()
    {
        Argument<OsdId[]> osds = Arguments.Osds();
        return new Command("in", "Lets data be placed on OSDs again.") { osds }.Runs((cli, ct) =>
            cli.ApplyAsync(new Commands.Command { OsdIn = new Commands.OsdIn { Osds = { Ids(cli.Get(osds)) } } }, ct));
    }

    public static Command Down()
    {
        Argument<OsdId[]> osds = Arguments.Osds();
        return new Command("down", "Marks OSDs down. One that lives boots again.") { osds }.Runs((cli, ct) =>
            cli.ApplyAsync(new Commands.Command { OsdDown = new Commands.OsdDown { Osds = { Ids(cli.Get(osds)) } } }, ct));
    }

    public static Command Reweight()
    {
        Argument<OsdId> osd = Arguments.Osd();
        Argument<double> weight = new("weight") { Description = "0 (out) to 1." };
        return new Command("reweight", "Sets the share of data an OSD gets of what CRUSH gives it.") { osd, weight }.Runs((cli, ct) =>
            cli.ApplyAsync(new Commands.Command { OsdReweight = new Commands.OsdReweight { Osd = cli.Get(osd).Value, Weight = cli.Get(weight) } }, ct));
    }

    public static Command PrimaryAffinity()
    {
        Argument<OsdId> osd = Arguments.Osd();
        Argument<double> affinity = new("affinity") { Description = "0 (never, if another can) to 1." };
        return new Command("primary-affinity", "Sets how readily an OSD is made primary.") { osd, affinity }.Runs((cli, ct) =>
            cli.ApplyAsync(
                new Commands.Command { OsdPrimaryAffinity = new Commands.OsdPrimaryAffinity { Osd = cli.Get(osd).Value, Affinity = cli.Get(affinity) } },
                ct));
    }

    public static Command Lost()
    {
        Argument<OsdId> osd = Arguments.Osd();
        Option<bool> confirm = Confirm("Its newest data is given up.");
        return new Command("lost", "Lets PGs go on without what only this OSD may hold.") { osd, confirm }.Runs((cli, ct) =>
            cli.ApplyAsync(new Commands.Command { OsdLost = new Commands.OsdLost { Osd = cli.Get(osd).Value, Confirm = cli.Get(confirm) } }, ct));
    }

    internal static Option<bool> Confirm(string consequence) => new("--yes-i-really-mean-it") { Description = consequence };

    private static IEnumerable<int> Ids(OsdId[] osds) => osds.Select(o => o.Value);
}
