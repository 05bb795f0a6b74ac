namespace Cairn.Cli.Shell;

internal enum OutputFormat
{
    Plain,
    Json,
}
