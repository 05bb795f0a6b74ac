using System.CommandLine;
using System.Globalization;
using Cairn.Maps;

namespace Cairn.Cli.Shell;

/// <summary>Arguments and options that several commands take, parsed strictly.</summary>
internal static class Arguments
{
    /// <summary>"3" or "osd.3".</summary>
    public static Argument<OsdId> Osd(string name = "osd") => new(name)
    {
        Description = "An OSD: 3 or osd.3.",
        CustomParser = result => TryParseOsd(result.Tokens[0].Value, out OsdId osd) ? osd : Refuse<OsdId>(result, $"'{result.Tokens[0].Value}' is no OSD: expected 3 or osd.3."),
    };

    public static Argument<OsdId[]> Osds() => new("osd")
    {
        Description = "OSDs: 3 or osd.3.",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = result =>
        {
            List<OsdId> osds = [];
            foreach (string text in result.Tokens.Select(t => t.Value))
            {
                if (!TryParseOsd(text, out OsdId osd))
                {
                    return Refuse<OsdId[]>(result, $"'{text}' is no OSD: expected 3 or osd.3.");
                }

                osds.Add(osd);
            }

            return [.. osds];
        },
    };

    /// <summary>"10s", "500ms", "5m", "2h"; a bare number is seconds.</summary>
    public static Option<TimeSpan> Duration(string name, string description, string? defaultText = null) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        DefaultValueFactory = _ => defaultText is null ? TimeSpan.Zero : Quantity.ParseDuration(defaultText)!.Value,
        CustomParser = result => Quantity.ParseDuration(result.Tokens[0].Value) ?? Refuse<TimeSpan>(result, $"'{result.Tokens[0].Value}' is no time: expected 500ms, 10s, 5m or 2h."),
    };

    /// <summary>"4KiB", "4M", "4096"; at least one byte.</summary>
    public static Option<long> Bytes(string name, string description, string defaultText, long max) => new(name)
    {
        Description = $"{description} Default {defaultText}.",
        HelpName = "BYTES",
        DefaultValueFactory = _ => Quantity.ParseBytes(defaultText)!.Value,
        CustomParser = result => Quantity.ParseBytes(result.Tokens[0].Value) switch
        {
            null => Refuse<long>(result, $"'{result.Tokens[0].Value}' is no size: expected 4096, 4KiB or 4M."),
            { } bytes when bytes < 1 || bytes > max => Refuse<long>(result, $"{name} is 1 to {Units.Bytes(max)}."),
            { } bytes => bytes,
        },
    };

    /// <summary>A whole number that must be one of those allowed.</summary>
    /// <param name="rule">What is allowed: "1 to 64".</param>
    public static Option<int> Number(string name, string description, int defaultValue, Func<int, bool> isAllowed, string rule, params string[] aliases) => new(name, aliases)
    {
        Description = description,
        DefaultValueFactory = _ => defaultValue,
        CustomParser = result =>
            int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && isAllowed(number)
                ? number
                : Refuse<int>(result, $"{name} is {rule}, not '{result.Tokens[0].Value}'."),
    };

    public static bool TryParseOsd(string text, out OsdId osd)
    {
        bool isOsd = int.TryParse(
            text.StartsWith("osd.", StringComparison.Ordinal) ? text.AsSpan(4) : text,
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out int id);
        osd = new OsdId(id);
        return isOsd;
    }

    private static T Refuse<T>(System.CommandLine.Parsing.ArgumentResult result, string message)
    {
        result.AddError(message);
        return default!;
    }
}
