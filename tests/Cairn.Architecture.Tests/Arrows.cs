namespace Cairn.Architecture.Tests;

/// <summary>Who may know whom. What a project may reference is what its arrows reach; nothing points back.</summary>
/// <remarks>The programs' assemblies are named as their executables, the projects as their folders.</remarks>
internal static class Arrows
{
    public static readonly SortedDictionary<string, string[]> Direct = new(StringComparer.Ordinal)
    {
        ["Cairn.Crush"] = [],
        ["Cairn.Maps"] = ["Cairn.Crush"],
        ["Cairn.Objects"] = ["Cairn.Maps"],
        ["Cairn.Pg"] = ["Cairn.Objects"],
        ["Cairn.Monitor.State"] = ["Cairn.Maps"],
        ["Cairn.Store"] = ["Cairn.Objects"],
        ["Cairn.Messaging"] = ["Cairn.Objects", "Cairn.Maps"],
        ["Cairn.Osd"] = ["Cairn.Pg", "Cairn.Store", "Cairn.Messaging"],
        ["Cairn.Monitor"] = ["Cairn.Monitor.State", "Cairn.Messaging"],
        ["Cairn.Client"] = ["Cairn.Messaging"],
        ["Cairn.Cli"] = ["Cairn.Client"],
    };

    /// <summary>The pure projects: all of <c>src/core</c>.</summary>
    public static readonly string[] Core = ["Cairn.Crush", "Cairn.Maps", "Cairn.Objects", "Cairn.Pg", "Cairn.Monitor.State"];

    /// <summary>Every project that <paramref name="project"/> may reference.</summary>
    public static SortedSet<string> Reach(string project)
    {
        var reached = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string next in Direct[project])
        {
            reached.Add(next);
            reached.UnionWith(Reach(next));
        }

        return reached;
    }

    public static string AssemblyOf(string project) => project switch
    {
        "Cairn.Osd" => "cairn-osd",
        "Cairn.Monitor" => "cairn-mon",
        "Cairn.Cli" => "cairn",
        _ => project,
    };
}
