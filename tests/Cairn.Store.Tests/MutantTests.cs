using System.Text.RegularExpressions;

namespace Cairn.Store.Tests;

/// <summary>
/// The planted bugs of <c>mutants/*.patch</c>, that <c>scripts/soak store-mutants</c> requires the other tests to find, one by one. Here only
/// that each still applies: a change of the engine that moves the ground under one moves the patch too.
/// </summary>
public sealed class MutantTests
{
    private static readonly string Root = FindRoot();

    public static TheoryData<string> Names =>
        [.. Directory.GetFiles(Folder, "*.patch").Select(p => Path.GetFileNameWithoutExtension(p)).Order(StringComparer.Ordinal)];

    private static string Folder => Path.Combine(Root, "tests", "Cairn.Store.Tests", "mutants");

    [Theory]
    [MemberData(nameof(Names))]
    public void A_planted_bug_still_has_the_code_it_is_planted_in(string name)
    {
        string source = "";
        int hunks = 0;
        string patch = File.ReadAllText(Path.Combine(Folder, name + ".patch"));
        foreach (string part in Regex.Split(patch, "^(?=--- a/|@@ )", RegexOptions.Multiline).Skip(1))
        {
            if (Regex.Match(part, @"^--- a/(\S+)") is { Success: true } file)
            {
                source = File.ReadAllText(Path.Combine(Root, file.Groups[1].Value));
                continue;
            }

            IEnumerable<string> old = part.TrimEnd('\n').Split('\n').Skip(1).Where(static line => !line.StartsWith('+')).Select(static line => line.Length > 0 ? line[1..] : line);
            // Once: else it could be planted elsewhere.
            Assert.Equal(2, source.Split(string.Join('\n', old)).Length);
            hunks++;
        }

        Assert.True(hunks > 0, $"{name}.patch changes nothing");
    }

    private static string FindRoot()
    {
        string? directory = AppContext.BaseDirectory;
        while (directory is not null && !File.Exists(Path.Combine(directory, "Cluster.sln")))
        {
            directory = Path.GetDirectoryName(directory);
        }

        return directory ?? throw new InvalidOperationException($"no Cluster.sln above {AppContext.BaseDirectory}");
    }
}
