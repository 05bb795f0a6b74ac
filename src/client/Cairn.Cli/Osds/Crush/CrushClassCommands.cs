using System.CommandLine;
using Cairn.Cli.Cluster;
using Cairn.Cli.Shell;
using Cairn.Maps;
using Cairn.Maps.Commands;
using static Cairn.Cli.Osds.Crush.CrushArguments;
using Command = System.CommandLine.Command;
using Change = Cairn.Maps.Commands.Command;

namespace Cairn.Cli.Osds.Crush;

/// <summary>Device classes.</summary>
internal static class CrushClassCommands
{
    private static readonly Argument<string> ClassName = Word("class", "hdd, ssd, nvme, ...");

    public static Command Set() => new Command("set-device-class", "Says what kind of device OSDs are; one that has another class must lose it first.")
    {
        ClassName, CrushArguments.Osds, Force,
    }.Runs((cli, ct) => cli.ApplyAsync(
        new Change
        {
            CrushSetDeviceClass = new CrushSetDeviceClass { DeviceClass = cli.Get(ClassName), Osds = { cli.Get(CrushArguments.Osds).Select(o => o.Value) }, Force = cli.Get(Force) },
        },
        ct));

    public static Command Remove() => new Command("rm-device-class", "Takes the class of OSDs away.") { CrushArguments.Osds, Force }.Runs((cli, ct) => cli.ApplyAsync(
        new Change { CrushRemoveDeviceClass = new CrushRemoveDeviceClass { Osds = { cli.Get(CrushArguments.Osds).Select(o => o.Value) }, Force = cli.Get(Force) } }, ct));

    public static Command Class() => new("class", "The device classes there are.") { List(), Rename() };

    private static Command List() => new Command("ls", "Lists the classes.").Runs(async (cli, ct) =>
    {
        OsdMap map = await cli.Monitors.MapAsync(ct);
        IReadOnlyList<string> names = [.. map.Crush.Classes.Values];
        cli.Show(names, output => CrushShowCommands.WriteLines(output, names));
    });

    private static Command Rename()
    {
        Argument<string> name = Word("new-name", "What it is to be called.");
        return new Command("rename", "Gives a class another name; OSDs and rules follow.") { ClassName, name }.Runs((cli, ct) =>
            cli.ApplyAsync(new Change { CrushRenameClass = new CrushRenameClass { DeviceClass = cli.Get(ClassName), NewName = cli.Get(name) } }, ct));
    }
}
