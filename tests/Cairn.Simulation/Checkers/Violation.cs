namespace Cairn.Simulation.Checkers;

/// <summary>A promise that was broken, with what a person needs to see it.</summary>
public sealed record Violation(string Promise, string Text)
{
    public override string ToString() => $"{Promise}: {Text}";
}
