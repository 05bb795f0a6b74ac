namespace Cairn.Simulation.Mutants;

/// <summary>
/// A unified diff, as <c>patch -p1</c> takes it, with a line before it that says what is wrong with the code it makes. A hunk applies where its
/// old lines are, wherever that is by now; exactly once, or the mutant must be looked at again.
/// </summary>
public sealed class SourcePatch
{
    private readonly List<Hunk> _hunks = [];

    private SourcePatch(string name, string bug)
    {
        Name = name;
        Bug = bug;
    }

    public string Name { get; }

    public string Bug { get; }

    public IEnumerable<string> Files => _hunks.Select(static h => h.File).Distinct();

    public static SourcePatch Read(string path)
    {
        string[] lines = File.ReadAllLines(path);
        var patch = new SourcePatch(Path.GetFileNameWithoutExtension(path), lines[0]);
        string file = "";
        foreach (string line in lines.Skip(1))
        {
            if (line.StartsWith("+++ b/", StringComparison.Ordinal))
            {
                file = line[6..];
            }
            else if (line.StartsWith("@@", StringComparison.Ordinal))
            {
                patch._hunks.Add(new Hunk(file, [], []));
            }
            else if (patch._hunks.Count > 0 && line.Length > 0 && !line.StartsWith("---", StringComparison.Ordinal))
            {
                patch._hunks[^1].Take(line[0], line[1..]);
            }
        }

        return patch;
    }

    /// <exception cref="InvalidOperationException">A hunk fits nowhere, or in several places.</exception>
    public string Apply(string file, string text)
    {
        foreach (Hunk hunk in _hunks.Where(h => h.File == file))
        {
            text = hunk.Apply(Name, text);
        }

        return text;
    }

    private sealed record Hunk(string File, List<string> Old, List<string> New)
    {
        public void Take(char kind, string line)
        {
            if (kind is ' ' or '-')
            {
                Old.Add(line);
            }

            if (kind is ' ' or '+')
            {
                New.Add(line);
            }
        }

        public string Apply(string name, string text)
        {
            string old = string.Join('\n', Old) + "\n";
            int at = text.IndexOf(old, StringComparison.Ordinal);
            if (at < 0 || text.IndexOf(old, at + 1, StringComparison.Ordinal) >= 0)
            {
                throw new InvalidOperationException($"mutant {name} {(at < 0 ? "no longer fits" : "fits in several places of")} {File}:\n{old}");
            }

            return string.Concat(text.AsSpan(0, at), string.Join('\n', New), "\n", text.AsSpan(at + old.Length));
        }
    }
}
