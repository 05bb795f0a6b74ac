namespace Cairn.Crush;

/// <summary>A word or bracket of a map text, and where it stands. An empty text is the end.</summary>
internal readonly record struct Token(string Text, int Line, int Column)
{
    public bool IsEnd => Text.Length == 0;

    public CrushTextException Error(string problem) => new(Line, Column, problem);
}
