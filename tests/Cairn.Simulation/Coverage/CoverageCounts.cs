namespace Cairn.Simulation.Coverage;

/// <summary>How often something worth seeing was seen: PG states, messages, events of the core with their numbers left out.</summary>
public sealed class CoverageCounts
{
    private readonly SortedDictionary<(string Kind, string Name), long> _counts = new(Comparer<(string, string)>.Create(
        static (a, b) => string.CompareOrdinal(a.Item1, b.Item1) is var k && k != 0 ? k : string.CompareOrdinal(a.Item2, b.Item2)));

    public IEnumerable<(string Kind, string Name, long Count)> Counts => _counts.Select(static c => (c.Key.Kind, c.Key.Name, c.Value));

    public void Count(string kind, string name, long times = 1) => _counts[(kind, name)] = _counts.GetValueOrDefault((kind, name)) + times;

    public void Add(CoverageCounts other)
    {
        foreach (var (kind, name, count) in other.Counts)
        {
            Count(kind, name, count);
        }
    }

    /// <summary>Words with a digit become <c>#</c>: ids, versions and counts.</summary>
    public static string WithoutNumbers(string text) =>
        string.Join(' ', text.Split(' ').Select(static word => word.Any(char.IsAsciiDigit) ? "#" : word));
}
