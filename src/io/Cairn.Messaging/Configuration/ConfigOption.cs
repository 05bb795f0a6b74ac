namespace Cairn.Messaging.Configuration;

/// <summary>What is known of one option: its type, range, default and meaning. <c>cairn config help</c> prints these.</summary>
/// <param name="Default">As one would write it in the file; null: the option has none and must be set where it is needed.</param>
/// <param name="Doc">One or two sentences: what it does, and why the default is what it is.</param>
public sealed record ConfigOption(string Name, OptionKind Kind, string? Default, string Doc)
{
    /// <summary>Lowest value: seconds for durations, bytes for sizes.</summary>
    public double Min { get; init; } = double.NegativeInfinity;

    public double Max { get; init; } = double.PositiveInfinity;

    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Whether it may stand only in a section of one daemon, such as <c>[mon.a]</c>.</summary>
    public bool PerDaemon { get; init; }
}
