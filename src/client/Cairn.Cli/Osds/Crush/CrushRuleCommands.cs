using System.CommandLine;
using Cairn.Cli.Cluster;
using Cairn.Cli.Shell;
using Cairn.Maps;
using Cairn.Maps.Commands;
using static Cairn.Cli.Osds.Crush.CrushArguments;
using Command = System.CommandLine.Command;
using Change = Cairn.Maps.Commands.Command;

namespace Cairn.Cli.Osds.Crush;

/// <summary>`cairn osd crush rule`.</summary>
internal static class CrushRuleCommands
{
    private static readonly Argument<string> Name = Word("name", "The rule's name.");

    public static Command Rule() => new("rule", "The rules by which pools choose their OSDs.")
    {
        List(),
        Create("create-replicated", "Makes a rule for replicated pools: copies in different failure domains.", PoolKind.Replicated),
        Create("create-erasure", "Makes a rule for erasure-coded pools: shards keep their place.", PoolKind.Erasure),
        Remove(),
        Rename(),
    };

    private static Command List() => new Command("ls", "Lists the rules.").Runs(async (cli, ct) =>
    {
        OsdMap map = await cli.Monitors.MapAsync(ct);
        IReadOnlyList<string> names = [.. map.Crush.Rules.Values.Select(r => r.Name)];
        cli.Show(names, output => CrushShowCommands.WriteLines(output, names));
    });

    private static Command Create(string verb, string description, PoolKind kind)
    {
        Argument<string> root = Word("root", "Where it starts: default.");
        Argument<string> domain = Word("failure-domain", "No two share one: host, rack, osd.");
        Argument<string> deviceClass = new("class") { Description = "Only devices of this class.", DefaultValueFactory = _ => "" };
        return new Command(verb, description) { Name, root, domain, deviceClass }.Runs((cli, ct) => cli.ApplyAsync(
            new Change
            {
                CrushRuleCreate = new CrushRuleCreate
                {
                    Name = cli.Get(Name),
                    Root = cli.Get(root),
                    FailureDomain = cli.Get(domain),
                    DeviceClass = cli.Get(deviceClass),
                    Kind = kind,
                },
            },
            ct));
    }

    private static Command Remove() => new Command("rm", "Removes a rule that no pool uses.") { Name }.Runs((cli, ct) =>
        cli.ApplyAsync(new Change { CrushRuleRemove = new CrushRuleRemove { Name = cli.Get(Name) } }, ct));

    private static Command Rename()
    {
        Argument<string> name = Word("new-name", "What it is to be called.");
        return new Command("rename", "Gives a rule another name.") { Name, name }.Runs((cli, ct) =>
            cli.ApplyAsync(new Change { CrushRuleRename = new CrushRuleRename { Name = cli.Get(Name), NewName = cli.Get(name) } }, ct));
    }
}
