using System.CommandLine;
using Cairn.Cli.Cluster;
using Cairn.Cli.Shell;
using Cairn.Maps;
using Commands = Cairn.Maps.Commands;

namespace Cairn.Cli.Pools;

/// <summary>`cairn pool`.</summary>
internal static class PoolCommands
{
    public static Command Create() => new("pool", "The pools: names for sets of objects, with their copies and placement groups.")
    {
        New(), List(), Remove(), Rename(), Set(), Get(),
    };

    private static Command New()
    {
        Argument<string> name = Name();
        Option<uint> pgNum = new("--pg-num") { Description = "Placement groups. Else osd_pool_default_pg_num." };
        Option<int> size = new("--size") { Description = "Copies of each object. Else osd_pool_default_size." };
        Option<int> minSize = new("--min-size") { Description = "Fewer copies than this, and a PG takes no I/O. Else size - size / 2." };
        Option<string> rule = new("--rule") { Description = "The CRUSH rule.", DefaultValueFactory = _ => "" };
        Option<bool> force = new("--force") { Description = "Even if the OSDs there are can't hold that many copies." };
        return new Command("create", "Makes a pool.") { name, pgNum, size, minSize, rule, force }.Runs((cli, ct) =>
            cli.ApplyAsync(
                new Commands.Command
                {
                    PoolCreate = new Commands.PoolCreate
                    {
                        Name = cli.Get(name),
                        PgNum = cli.Get(pgNum),
                        Size = cli.Get(size),
                        MinSize = cli.Get(minSize),
                        CrushRule = cli.Get(rule),
                        Force = cli.Get(force),
                    },
                },
                ct));
    }

    private static Command List()
    {
        Option<bool> detail = new("--long", "-l") { Description = "With copies, PGs and rule." };
        return new Command("ls", "Lists the pools.") { detail }.Runs(async (cli, cancellationToken) =>
        {
            OsdMap map = await cli.Monitors.MapAsync(cancellationToken);
            IReadOnlyList<PoolView> pools = [.. map.Pools.Values.Select(p => PoolView.Of(p, map))];
            cli.Show(
                pools,
                output =>
                {
                    foreach (PoolView pool in pools)
                    {
                        output.WriteLine(cli.Get(detail) ? pool.Line : pool.Name);
                    }
                });
        });
    }

    private static Command Remove()
    {
        Argument<string> name = Name();
        Argument<string> again = new("again") { Description = "The name once more: all its objects are deleted." };
        return new Command("rm", "Removes a pool with all its objects.") { name, again }.Runs((cli, ct) =>
            cli.ApplyAsync(new Commands.Command { PoolRemove = new Commands.PoolRemove { Name = cli.Get(name), ConfirmName = cli.Get(again) } }, ct));
    }

    private static Command Rename()
    {
        Argument<string> name = Name();
        Argument<string> newName = new("new-name") { Description = "The new name." };
        return new Command("rename", "Renames a pool.") { name, newName }.Runs((cli, ct) =>
            cli.ApplyAsync(new Commands.Command { PoolRename = new Commands.PoolRename { Name = cli.Get(name), NewName = cli.Get(newName) } }, ct));
    }

    private static Command Set()
    {
        Argument<string> name = Name();
        Argument<string> variable = new("variable") { Description = "size, min_size, pg_num, pgp_num, crush_rule, nodelete, quota_max_bytes, ..." };
        Argument<string> value = new("value") { Description = "Its value." };
        Option<bool> force = new("--force") { Description = "More copies than can be placed, or a single one." };
        return new Command("set", "Sets a variable of a pool.") { name, variable, value, force }.Runs((cli, ct) =>
            cli.ApplyAsync(
                new Commands.Command
                {
                    PoolSet = new Commands.PoolSet { Pool = cli.Get(name), Variable = cli.Get(variable), Value = cli.Get(value), Force = cli.Get(force) },
                },
                ct));
    }

    private static Command Get()
    {
        Argument<string> name = Name();
        Argument<string> variable = new("variable") { Description = "Which one; 'all' is all.", DefaultValueFactory = _ => "all" };
        return new Command("get", "Shows variables of a pool.") { name, variable }.Runs(async (cli, cancellationToken) =>
        {
            OsdMap map = await cli.Monitors.MapAsync(cancellationToken);
            PoolView pool = PoolView.Of(map.RequirePool(cli.Get(name)), map);
            string wanted = cli.Get(variable);
            KeyValuePair<string, string>[] shown = [.. pool.Variables.Where(v => wanted == "all" || v.Key == wanted)];
            if (shown.Length == 0)
            {
                throw new CliException($"a pool has no variable '{wanted}': it has {string.Join(", ", pool.Variables.Select(v => v.Key))}");
            }

            cli.Show<IReadOnlyDictionary<string, string>>(
                shown.ToDictionary(),
                output =>
                {
                    foreach ((string key, string value) in shown)
                    {
                        output.WriteLine($"{key}: {value}");
                    }
                });
        });
    }

    private static Argument<string> Name() => new("pool") { Description = "The pool's name." };
}
