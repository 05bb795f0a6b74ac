using System.Text.Json;

namespace Cairn.Store.Bench;

/// <summary>The figures, printed as they come and kept for the JSON file.</summary>
internal sealed class Report
{
    private readonly List<Figure> _figures = [];

    /// <param name="name">What was measured.</param>
    /// <param name="values">One a round; the median counts.</param>
    /// <param name="goal">Null if there is none.</param>
    public void Add(string name, IEnumerable<double> values, string unit, double? goal = null, bool atMost = false)
    {
        double[] sorted = [.. values.Order()];
        var figure = new Figure(name, Math.Round(sorted[sorted.Length / 2], 3), unit, goal, goal is null ? null : atMost ? "at most" : "at least", sorted.Length);
        _figures.Add(figure);
        string verdict = goal is null ? "" : $"  goal {figure.Bound} {goal:#,0.##}{(figure.IsMet ? "" : ": MISSED")}";
        Console.WriteLine($"{name,-52} {figure.Median,12:#,0.##} {unit,-8}{verdict}");
    }

    public void WriteJson(string path) => File.WriteAllText(path, JsonSerializer.Serialize(_figures, new JsonSerializerOptions(JsonSerializerDefaults.Web) { WriteIndented = true }));

    /// <param name="Bound">How the goal is meant: "at least" or "at most".</param>
    /// <param name="Rounds">Of how many measurements it is the median.</param>
    private sealed record Figure(string Name, double Median, string Unit, double? Goal, string? Bound, int Rounds)
    {
        public bool IsMet => Goal is not { } goal || (Bound == "at most" ? Median <= goal : Median >= goal);
    }
}
