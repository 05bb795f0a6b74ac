using System.CommandLine;
using Cairn.Cli.Shell;
using Commands = Cairn.Maps.Commands;

namespace Cairn.Cli.Osds;

/// <summary>Switches of the whole cluster.</summary>
internal static class OsdFlagCommands
{
    public static Command Set()
    {
        Argument<string[]> flags = Flags();
        return new Command("set", "Sets flags of the cluster.") { flags }.Runs((cli, ct) =>
            cli.ApplyAsync(new Commands.Command { ChangeFlags = new Commands.ChangeFlags { Set = { cli.Get(flags) } } }, ct));
    }

    public static Command Unset()
    {
        Argument<string[]> flags = Flags();
        return new Command("unset", "Clears flags of the cluster.") { flags }.Runs((cli, ct) =>
            cli.ApplyAsync(new Commands.Command { ChangeFlags = new Commands.ChangeFlags { Unset = { cli.Get(flags) } } }, ct));
    }

    public static Command SetRatios()
    {
        Option<double?> nearfull = new("--nearfull") { Description = "Warn above this share of an OSD's space." };
        Option<double?> backfillfull = new("--backfillfull") { Description = "No backfill to an OSD above this share." };
        Option<double?> full = new("--full") { Description = "No writes above this share." };
        return new Command("set-ratios", "Sets how full is too full.") { nearfull, backfillfull, full }.Runs((cli, ct) =>
        {
            Commands.SetFullRatios ratios = new();
            if (cli.Get(nearfull) is { } n)
            {
                ratios.Nearfull = n;
            }

            if (cli.Get(backfillfull) is { } b)
            {
                ratios.Backfillfull = b;
            }

            if (cli.Get(full) is { } f)
            {
                ratios.Full = f;
            }

            return cli.ApplyAsync(new Commands.Command { SetFullRatios = ratios }, ct);
        });
    }

    private static Argument<string[]> Flags()
    {
        Argument<string[]> flags = new("flag") { Description = string.Join(' ', FlagNames.All), Arity = ArgumentArity.OneOrMore };
        flags.CompletionSources.Add(FlagNames.All);
        return flags;
    }
}
