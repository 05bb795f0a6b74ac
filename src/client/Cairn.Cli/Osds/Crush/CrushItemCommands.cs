using System.CommandLine;
using Cairn.Cli.Shell;
using Cairn.Maps.Commands;
using static Cairn.Cli.Osds.Crush.CrushArguments;
using Command = System.CommandLine.Command;
using Change = Cairn.Maps.Commands.Command;

namespace Cairn.Cli.Osds.Crush;

/// <summary>Places: what is where in the hierarchy.</summary>
internal static class CrushItemCommands
{
    public static Command Add()
    {
        Option<string> deviceClass = new("--class") { Description = "hdd, ssd, nvme, ...", DefaultValueFactory = _ => "" };
        Command command = new("add", "Puts an OSD at a place with a weight, or moves it there.") { Osd, Weight, Location, deviceClass, Force };
        command.Aliases.Add("set");
        return command.Runs((cli, ct) => cli.ApplyAsync(
            new Change
            {
                CrushAdd = new CrushAdd
                {
                    Osd = cli.Get(Osd).Value,
                    Weight = cli.Get(Weight),
                    Location = { cli.Get(Location) },
                    DeviceClass = cli.Get(deviceClass),
                    Force = cli.Get(Force),
                },
            },
            ct));
    }

    public static Command CreateOrMove() =>
        new Command("create-or-move", "Sees to it that an OSD is at a place; one that has a weight keeps it.") { Osd, Weight, Location, Force }.Runs((cli, ct) => cli.ApplyAsync(
            new Change
            {
                CrushCreateOrMove = new CrushCreateOrMove { Osd = cli.Get(Osd).Value, Weight = cli.Get(Weight), Location = { cli.Get(Location) }, Force = cli.Get(Force) },
            },
            ct));

    public static Command Move() => new Command("move", "Moves an OSD or bucket, with all below it.") { Item, Location, Force }.Runs((cli, ct) =>
        cli.ApplyAsync(new Change { CrushMove = new CrushMove { Item = cli.Get(Item), Location = { cli.Get(Location) }, Force = cli.Get(Force) } }, ct));

    public static Command Link() => new Command("link", "Puts a bucket under one more parent, leaving it where it is.") { Item, Location, Force }.Runs((cli, ct) =>
        cli.ApplyAsync(new Change { CrushLink = new CrushLink { Item = cli.Get(Item), Location = { cli.Get(Location) }, Force = cli.Get(Force) } }, ct));

    public static Command Remove()
    {
        Argument<string> ancestor = new("ancestor") { Description = "Only out of this parent.", DefaultValueFactory = _ => "" };
        Command command = new("rm", "Takes an OSD or an empty bucket out of the hierarchy.") { Item, ancestor, Force };
        command.Aliases.Add("remove");
        command.Aliases.Add("unlink");
        return command.Runs((cli, ct) => cli.ApplyAsync(
            new Change { CrushRemove = new CrushRemove { Item = cli.Get(Item), Ancestor = cli.Get(ancestor), Force = cli.Get(Force) } }, ct));
    }

    public static Command AddBucket()
    {
        Argument<string> name = Word("name", "The bucket's name.");
        Argument<string> type = Word("type", "host, rack, ...");
        return new Command("add-bucket", "Makes a bucket; without a place it is a root of its own.") { name, type, Location }.Runs((cli, ct) => cli.ApplyAsync(
            new Change { CrushAddBucket = new CrushAddBucket { Name = cli.Get(name), Type = cli.Get(type), Location = { cli.Get(Location) } } }, ct));
    }

    public static Command RenameBucket()
    {
        Argument<string> name = Word("new-name", "What it is to be called.");
        return new Command("rename-bucket", "Gives a bucket another name; no data moves.") { Bucket, name }.Runs((cli, ct) =>
            cli.ApplyAsync(new Change { CrushRenameBucket = new CrushRenameBucket { Bucket = cli.Get(Bucket), NewName = cli.Get(name) } }, ct));
    }

    public static Command SwapBucket()
    {
        Argument<string> source = Word("source", "A bucket, such as the new host with the disks.");
        Argument<string> target = Word("target", "The bucket whose place it takes.");
        return new Command("swap-bucket", "Exchanges what two buckets hold, and their names.") { source, target, Force }.Runs((cli, ct) => cli.ApplyAsync(
            new Change { CrushSwapBuckets = new CrushSwapBuckets { Source = cli.Get(source), Target = cli.Get(target), Force = cli.Get(Force) } }, ct));
    }
}
