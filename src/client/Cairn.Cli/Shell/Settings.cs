namespace Cairn.Cli.Shell;

/// <summary>NAME=VALUE pairs as given on the command line.</summary>
internal static class Settings
{
    public static IReadOnlyList<KeyValuePair<string, string>> Parse(IEnumerable<string> pairs) => [.. pairs.Select(Parse)];

    private static KeyValuePair<string, string> Parse(string pair)
    {
        int equals = pair.IndexOf('=', StringComparison.Ordinal);
        return equals > 0
            ? new(pair[..equals].Trim(), pair[(equals + 1)..].Trim())
            : throw new CliException($"'{pair}' is not of the form NAME=VALUE", ExitCode.Usage);
    }
}
