using System.CommandLine;

namespace Cairn.Cli.Shell;

internal static class CommandExtensions
{
    /// <summary>What the command does. Whatever it throws ends it with one sentence on standard error.</summary>
    public static Command Runs(this Command command, Func<Invocation, CancellationToken, Task> body) =>
        command.Runs(async (cli, cancellationToken) =>
        {
            await body(cli, cancellationToken);
            return ExitCode.Done;
        });

    /// <inheritdoc cref="Runs(Command, Func{Invocation, CancellationToken, Task})"/>
    public static Command Runs(this Command command, Func<Invocation, CancellationToken, Task<int>> body)
    {
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using Invocation cli = new(parsed);
            try
            {
                return await body(cli, cancellationToken);
            }
            catch (Exception e)
            {
                return ErrorReport.Write(e, cli.Error, cancellationToken);
            }
        });
        return command;
    }
}
