namespace Cairn.Cli.Shell;

internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;

    /// <summary>The command line itself is wrong; nothing was tried.</summary>
    public const int Usage = 2;

    /// <summary>As a shell reports a program that SIGINT ended.</summary>
    public const int Interrupted = 130;
}
