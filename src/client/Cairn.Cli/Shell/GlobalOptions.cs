using System.CommandLine;

namespace Cairn.Cli.Shell;

/// <summary>Options that every command takes.</summary>
internal static class GlobalOptions
{
    public static readonly Option<string?> Conf = new("--conf", "-c")
    {
        Description = "The cluster's configuration file. Else $CAIRN_CONF, a running dev cluster, /etc/cairn/cairn.conf.",
        HelpName = "FILE",
        Recursive = true,
    };

    public static readonly Option<OutputFormat> Format = new("--format", "-f")
    {
        Description = "How results are printed.",
        HelpName = "plain|json",
        Recursive = true,
        CustomParser = result => result.Tokens is [{ Value: var text }] && Enum.TryParse(text, ignoreCase: true, out OutputFormat format) && !int.TryParse(text, out _)
            ? format
            : Refuse(result, $"--format is 'plain' or 'json', not '{string.Join(' ', result.Tokens.Select(t => t.Value))}'."),
    };

    public static readonly Option<string> Id = new("--id")
    {
        Description = "Who asks: the certificate of client.ID is used.",
        HelpName = "ID",
        Recursive = true,
        DefaultValueFactory = _ => "admin",
    };

    public static readonly Option<string[]> Set = new("--option", "-o")
    {
        Description = "Overrides an option of the configuration; can be given again.",
        HelpName = "NAME=VALUE",
        Recursive = true,
    };

    public static IEnumerable<Option> All => [Conf, Format, Id, Set];

    private static OutputFormat Refuse(System.CommandLine.Parsing.ArgumentResult result, string message)
    {
        result.AddError(message);
        return OutputFormat.Plain;
    }
}
