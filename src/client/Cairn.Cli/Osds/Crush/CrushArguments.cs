using System.CommandLine;
using System.Globalization;
using Cairn.Cli.Shell;
using Cairn.Maps;
using Cairn.Maps.Commands;

namespace Cairn.Cli.Osds.Crush;

/// <summary>What edits of the hierarchy have in common.</summary>
internal static class CrushArguments
{
    public static Argument<string> Item { get; } = new("item") { Description = "osd.3, or a bucket's name." };

    public static Argument<string> Bucket { get; } = new("bucket") { Description = "A bucket's name." };

    public static Argument<double> Weight { get; } = new("weight") { Description = "By convention the capacity in TiB." };

    public static Option<bool> Force { get; } = new("--force") { Description = "Also when a pool could then no longer be placed." };

    public static Argument<CrushLocation[]> Location { get; } = new("location")
    {
        Description = "TYPE=NAME pairs: root=default rack=r1 host=h3.",
        Arity = ArgumentArity.ZeroOrMore,
        CustomParser = result => [.. Settings.Parse(result.Tokens.Select(t => t.Value)).Select(p => new CrushLocation { Type = p.Key, Name = p.Value })],
    };

    public static Argument<OsdId> Osd { get; } = Arguments.Osd();

    public static Argument<OsdId[]> Osds { get; } = Arguments.Osds();

    /// <summary>An argument of one word.</summary>
    public static Argument<string> Word(string name, string description) => new(name) { Description = description };

    /// <summary>A number as the map prints it.</summary>
    public static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
