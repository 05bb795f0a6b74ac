using System.CommandLine;
using Cairn.Cli.Cluster;
using Cairn.Cli.Shell;
using Cairn.Maps;
using Cairn.Maps.Auth;
using Cairn.Maps.Commands;
using Command = System.CommandLine.Command;
using Change = Cairn.Maps.Commands.Command;

namespace Cairn.Cli.Auth;

/// <summary>What clients may do. The words are those of `ceph auth`; in place of a key a client has a certificate, from `cairn auth issue`.</summary>
internal static class CapsCommands
{
    private static readonly Argument<string> Entity = new("entity") { Description = "client.backup." };

    private static readonly Argument<Capabilities> Given = new("caps")
    {
        Description = "Pairs: mon 'allow r' osd 'allow rw pool=backup'. What is not named is not allowed.",
        Arity = ArgumentArity.ZeroOrMore,
        CustomParser = result =>
        {
            Capabilities caps = new();
            string[] words = [.. result.Tokens.Select(t => t.Value)];
            for (int i = 0; i < words.Length; i += 2)
            {
                if (words[i] is not ("mon" or "osd") || i + 1 == words.Length)
                {
                    result.AddError($"expected pairs, as in mon 'allow r' osd 'allow rw pool=x', found '{words[i]}'.");
                }
                else if (words[i] == "mon")
                {
                    caps.Mon = words[i + 1];
                }
                else
                {
                    caps.Osd = words[i + 1];
                }
            }

            return caps;
        },
    };

    public static Command Add() => new Command("add", "Lets a client in, with these capabilities; issue a certificate to it too.") { Entity, Given }.Runs((cli, ct) =>
        cli.ApplyAsync(new Change { AuthAdd = new AuthAdd { Entity = cli.Get(Entity), Caps = cli.Get(Given) } }, ct));

    public static Command Caps() => new Command("caps", "Replaces all capabilities of a client.") { Entity, Given }.Runs((cli, ct) =>
        cli.ApplyAsync(new Change { AuthCaps = new AuthCaps { Entity = cli.Get(Entity), Caps = cli.Get(Given) } }, ct));

    public static Command Remove()
    {
        Command command = new("rm", "Takes all capabilities of a client away, from now on.") { Entity };
        command.Aliases.Add("del");
        return command.Runs((cli, ct) => cli.ApplyAsync(new Change { AuthRemove = new AuthRemove { Entity = cli.Get(Entity) } }, ct));
    }

    public static Command Get() => new Command("get", "Shows what a client may do.") { Entity }.Runs(async (cli, ct) =>
    {
        OsdMap map = await cli.Monitors.MapAsync(ct);
        string entity = cli.Get(Entity);
        if (!map.Auth.ContainsKey(entity) && entity != ClientCaps.Administrator)
        {
            throw new CliException($"there is no {entity}");
        }

        CapsView caps = CapsView.Of(map, entity);
        cli.Show(caps, caps.Write);
    });

    public static Command List()
    {
        Command command = new("ls", "Lists the clients and what they may do.");
        command.Aliases.Add("list");
        return command.Runs(async (cli, ct) =>
        {
            OsdMap map = await cli.Monitors.MapAsync(ct);
            IReadOnlyList<CapsView> all = [.. map.Auth.Keys.Append(ClientCaps.Administrator).Distinct().Order(StringComparer.Ordinal).Select(e => CapsView.Of(map, e))];
            cli.Show(all, output =>
            {
                foreach (CapsView caps in all)
                {
                    caps.Write(output);
                }
            });
        });
    }
}
