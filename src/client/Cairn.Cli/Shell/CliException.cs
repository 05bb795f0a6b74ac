namespace Cairn.Cli.Shell;

/// <summary>Ends the command. The message is the sentence that the user reads.</summary>
internal sealed class CliException(string message, int exitCode = ExitCode.Failed) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
