using System.IO.Compression;
using System.Text;

namespace Cairn.Crush.Tests;

/// <summary>The golden data, read from the archive in this assembly.</summary>
internal static class Vectors
{
    private static readonly Dictionary<string, string> Files = Load();

    public static string Text(string path) => Files[path];

    public static string[] Lines(string path) =>
        [.. Files[path].Split('\n').Where(l => l.Length > 0 && !l.StartsWith('#'))];

    public static IEnumerable<string> Names(string folder) =>
        Files.Keys.Where(f => f.StartsWith(folder + "/", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(f => Path.GetFileNameWithoutExtension(f));

    private static Dictionary<string, string> Load()
    {
        using Stream stream = typeof(Vectors).Assembly.GetManifestResourceStream("crush-vectors.zip")!;
        using var zip = new ZipArchive(stream, ZipArchiveMode.Read);
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            using var reader = new StreamReader(entry.Open(), Encoding.UTF8);
            files.Add(entry.FullName, reader.ReadToEnd());
        }

        return files;
    }
}
