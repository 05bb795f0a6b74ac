using System.Text.RegularExpressions;
using Cairn.Cli.Shell;

namespace Cairn.Cli.Tests.Shell;

/// <summary>What the README tells people to type is understood.</summary>
public sealed partial class ReadmeTests
{
    public static TheoryData<string> Commands()
    {
        string readme = File.ReadAllText(Path.Combine(Root(), "README.md"));
        return [.. Quoted().Matches(readme).Select(m => m.Groups[1].Value).Concat(Indented().Matches(readme).SelectMany(m => m.Groups[1].Value.Split("&&")))
            .Select(c => c.Split("  #")[0].Trim()).Where(c => c.StartsWith("cairn ", StringComparison.Ordinal)).Distinct()];
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_of_the_README_parses(string command) =>
        Assert.Empty(CommandLine.Root().Parse(Optional().Replace(command, "$1")["cairn ".Length..].Replace(" or PG", "", StringComparison.Ordinal)).Errors.Select(e => e.Message));

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Cluster.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder!;
    }

    [GeneratedRegex("`(cairn [^`]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex("^(cairn .*)$", RegexOptions.Multiline)]
    private static partial Regex Indented();

    // [NAME] as in a synopsis.
    [GeneratedRegex(@"\[([^\]]*)\]")]
    private static partial Regex Optional();
}
