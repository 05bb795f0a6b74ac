using System.CommandLine;
using System.CommandLine.Invocation;

namespace Cairn.Cli.Shell;

/// <summary>The whole `cairn` command line: parses, runs the command, turns what goes wrong into one sentence and an exit code.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        ParseResult parsed = Root().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction)
        {
            foreach (string message in parsed.Errors.Select(e => e.Message).Distinct())
            {
                await error.WriteLineAsync($"cairn: {message}");
            }

            await error.WriteLineAsync($"Try '{PathOf(parsed)} --help'.");
            return ExitCode.Usage;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = TimeSpan.FromSeconds(5),
        });
    }

    public static RootCommand Root()
    {
        RootCommand root = new("Cairn, a distributed object store.")
        {
            Status.StatusCommand.Create(),
            Status.HealthCommand.Create(),
            Status.MonCommand.Create(),
            Status.DfCommand.Create(),
            Watch.WatchCommand.Create(),
            Osds.OsdCommands.Create(),
            Pools.PoolCommands.Create(),
            Pgs.PgCommands.Create(),
            Objects.PutCommand.Create(),
            Objects.GetCommand.Create(),
            Objects.ListCommand.Create(),
            Objects.StatCommand.Create(),
            Objects.RemoveCommand.Create(),
            Scrub.ScrubCommand.Create(),
            Waiting.WaitCommand.Create(),
            Crush.CrushOfflineCommands.Create(),
            Balancing.BalancerCommands.Create(),
            Bench.BenchCommands.Create(),
            Config.ConfigCommands.Create(),
            Auth.AuthCommands.Create(),
            Dev.DevCommands.Create(),
        };
        foreach (Option option in GlobalOptions.All)
        {
            root.Add(option);
        }

        return root;
    }

    private static string PathOf(ParseResult parsed)
    {
        List<string> names = [];
        for (System.CommandLine.Parsing.SymbolResult? at = parsed.CommandResult; at is System.CommandLine.Parsing.CommandResult command; at = at.Parent)
        {
            names.Insert(0, command.Command is RootCommand ? "cairn" : command.Command.Name);
        }

        return string.Join(' ', names);
    }
}
