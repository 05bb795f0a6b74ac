namespace Cairn.Crush;

/// <summary>A CRUSH map text that cannot be read: where, and what is wrong.</summary>
public sealed class CrushTextException(int line, int column, string problem) : Exception($"line {line}, column {column}: {problem}")
{
    public int Line { get; } = line;

    public int Column { get; } = column;

    public string Problem { get; } = problem;
}
