using System.CommandLine;
using Cairn.Cli.Shell;
using Cairn.Maps;
using Commands = Cairn.Maps.Commands;

namespace Cairn.Cli.Osds;

/// <summary>`cairn osd crush`: where OSDs stand, and how pools choose among them.</summary>
internal static class CrushCommands
{
    private static readonly Argument<Commands.CrushLocation[]> Location = new("location")
    {
        Description = "TYPE=NAME pairs: root=default rack=r1 host=h3.",
        Arity = ArgumentArity.ZeroOrMore,
        CustomParser = result => [.. Settings.Parse(result.Tokens.Select(t => t.Value)).Select(p => new Commands.CrushLocation { Type = p.Key, Name = p.Value })],
    };

    public static Command Create() => new("crush", "Edits the CRUSH hierarchy and its rules.")
    {
        Set(), Move(), Remove(), Reweight(), AddBucket(), CreateRule(), RemoveRule(), SetMap(),
    };

    private static Command Set()
    {
        Argument<OsdId> osd = Arguments.Osd();
        Argument<double> weight = new("weight") { Description = "By convention the capacity in TiB." };
        Option<string> deviceClass = new("--class") { Description = "hdd, ssd, nvme, ...", DefaultValueFactory = _ => "" };
        return new Command("set", "Places an OSD, and sets its weight.") { osd, weight, Location, deviceClass }.Runs((cli, ct) =>
            cli.ApplyAsync(
                new Commands.Command
                {
                    CrushAdd = new Commands.CrushAdd
                    {
                        Osd = cli.Get(osd).Value,
                        Weight = cli.Get(weight),
                        Location = { cli.Get(Location) },
                        DeviceClass = cli.Get(deviceClass),
                    },
                },
                ct));
    }

    private static Command Move()
    {
        Argument<string> item = Item();
        return new Command("move", "Moves an OSD or bucket with all below it.") { item, Location }.Runs((cli, ct) =>
            cli.ApplyAsync(new Commands.Command { CrushMove = new Commands.CrushMove { Item = cli.Get(item), Location = { cli.Get(Location) } } }, ct));
    }

    private static Command Remove()
    {
        Argument<string> item = Item();
        return new Command("rm", "Takes an OSD or an empty bucket out of the hierarchy.") { item }.Runs((cli, ct) =>
            cli.ApplyAsync(new Commands.Command { CrushRemove = new Commands.CrushRemove { Item = cli.Get(item) } }, ct));
    }

    private static Command Reweight()
    {
        Argument<string> item = Item();
        Argument<double> weight = new("weight") { Description = "By convention the capacity in TiB." };
        return new Command("reweight", "Sets an OSD's CRUSH weight.") { item, weight }.Runs((cli, ct) =>
            cli.ApplyAsync(new Commands.Command { CrushReweight = new Commands.CrushReweight { Item = cli.Get(item), Weight = cli.Get(weight) } }, ct));
    }

    private static Command AddBucket()
    {
        Argument<string> name = new("name") { Description = "The bucket's name." };
        Argument<string> type = new("type") { Description = "host, rack, ..." };
        return new Command("add-bucket", "Makes a bucket.") { name, type, Location }.Runs((cli, ct) =>
            cli.ApplyAsync(
                new Commands.Command
                {
                    CrushAddBucket = new Commands.CrushAddBucket { Name = cli.Get(name), Type = cli.Get(type), Location = { cli.Get(Location) } },
                },
                ct));
    }

    private static Command CreateRule()
    {
        Argument<string> name = new("name") { Description = "The rule's name." };
        Argument<string> root = new("root") { Description = "Where it starts: default." };
        Argument<string> domain = new("failure-domain") { Description = "Copies are on different ones: host, rack, osd." };
        Argument<string> deviceClass = new("class") { Description = "Only devices of this class.", DefaultValueFactory = _ => "" };
        return new Command("rule-create", "Makes a rule for replicated pools.") { name, root, domain, deviceClass }.Runs((cli, ct) =>
            cli.ApplyAsync(
                new Commands.Command
                {
                    CrushRuleCreate = new Commands.CrushRuleCreate
                    {
                        Name = cli.Get(name),
                        Root = cli.Get(root),
                        FailureDomain = cli.Get(domain),
                        DeviceClass = cli.Get(deviceClass),
                    },
                },
                ct));
    }

    private static Command RemoveRule()
    {
        Argument<string> name = new("name") { Description = "The rule's name." };
        return new Command("rule-rm", "Removes a rule that no pool uses.") { name }.Runs((cli, ct) =>
            cli.ApplyAsync(new Commands.Command { CrushRuleRemove = new Commands.CrushRuleRemove { Name = cli.Get(name) } }, ct));
    }

    private static Command SetMap()
    {
        Argument<FileInfo> file = new Argument<FileInfo>("file") { Description = "A CRUSH map in text form." }.AcceptExistingOnly();
        return new Command("set-map", "Replaces the whole map.") { file }.Runs(async (cli, ct) =>
            await cli.ApplyAsync(
                new Commands.Command { CrushSetMap = new Commands.CrushSetMap { Text = await File.ReadAllTextAsync(cli.Get(file).FullName, ct) } },
                ct));
    }

    private static Argument<string> Item() => new("item") { Description = "osd.3, or a bucket's name." };
}
