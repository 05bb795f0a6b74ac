using System.Xml.Linq;

namespace Cairn.Architecture.Tests;

/// <summary>The project references of the repository's project files.</summary>
internal static class ProjectFile
{
    public static readonly string Root = FindRoot();

    /// <summary>Project name to path, for all under a folder of the repository.</summary>
    public static SortedDictionary<string, string> Under(string folder) =>
        new(Directory.EnumerateFiles(Path.Combine(Root, folder), "*.csproj", SearchOption.AllDirectories)
            .ToDictionary(p => Path.GetFileNameWithoutExtension(p)), StringComparer.Ordinal);

    public static string[] References(string path) =>
        [.. XDocument.Load(path).Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension((string)r.Attribute("Include")!))];

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Cluster.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("These tests read the project files: run them inside the repository.");
    }
}
