using System.Globalization;

namespace Cairn.Messaging.Configuration;

/// <summary>Reads the text of an option by its kind. Every reader throws <see cref="FormatException"/> with what was expected.</summary>
public static class OptionValue
{
    private static readonly (string Suffix, double Seconds)[] DurationUnits =
    [
        ("ms", 0.001), ("us", 0.000001), ("s", 1), ("sec", 1), ("m", 60), ("min", 60), ("h", 3600), ("hr", 3600), ("d", 86400), ("w", 604800),
    ];

    private static readonly (string Suffix, double Bytes)[] ByteUnits =
    [
        ("B", 1), ("K", 1L << 10), ("KiB", 1L << 10), ("Ki", 1L << 10), ("M", 1L << 20), ("MiB", 1L << 20), ("Mi", 1L << 20),
        ("G", 1L << 30), ("GiB", 1L << 30), ("Gi", 1L << 30), ("T", 1L << 40), ("TiB", 1L << 40), ("Ti", 1L << 40),
        ("kB", 1e3), ("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12),
    ];

    /// <summary>Checks that <paramref name="text"/> is a value of the option.</summary>
    /// <exception cref="FormatException">It is not; the message says what was expected.</exception>
    public static void Check(ConfigOption option, string text)
    {
        double? number = option.Kind switch
        {
            OptionKind.Number => Number(text),
            OptionKind.Ratio => Ratio(text),
            OptionKind.Duration => Duration(text).TotalSeconds,
            OptionKind.Bytes => Bytes(text),
            _ => null,
        };
        switch (option.Kind)
        {
            case OptionKind.Flag:
                Flag(text);
                break;
            case OptionKind.Guid:
                GuidValue(text);
                break;
            case OptionKind.Address:
                HostPort.Parse(text);
                break;
            case OptionKind.AddressList:
                HostPort.ParseList(text);
                break;
            case OptionKind.Choice when !option.Choices.Contains(text):
                throw new FormatException($"expected one of {string.Join(", ", option.Choices)}");
        }

        if (number is { } value && (value < option.Min || value > option.Max))
        {
            throw new FormatException(RangeText(option));
        }
    }

    public static long Number(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
            ? value
            : throw new FormatException("expected a whole number");

    public static double Ratio(string text) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)
            ? value
            : throw new FormatException("expected a number, such as 0.75");

    public static bool Flag(string text) => text.ToLowerInvariant() switch
    {
        "true" or "yes" or "on" or "1" => true,
        "false" or "no" or "off" or "0" => false,
        _ => throw new FormatException("expected true or false"),
    };

    public static Guid GuidValue(string text) =>
        Guid.TryParse(text, out Guid value) ? value : throw new FormatException("expected a UUID, such as 3f2504e0-4f89-11d3-9a0c-0305e82c3301");

    public static TimeSpan Duration(string text) =>
        TimeSpan.FromSeconds(WithUnit(text, DurationUnits, "expected a duration with a unit, such as 500ms, 5s, 10m or 2h"));

    public static long Bytes(string text)
    {
        double value = WithUnit(text, ByteUnits, "expected a size with a unit, such as 4096, 64KiB, 4MiB or 10GiB");
        return value < long.MaxValue ? (long)value : throw new FormatException("the size is too large");
    }

    private static double WithUnit(string text, (string Suffix, double Factor)[] units, string expected)
    {
        int end = text.Length;
        while (end > 0 && char.IsAsciiLetter(text[end - 1]))
        {
            end--;
        }

        string suffix = text[end..];
        double factor = suffix.Length == 0 ? 1 : units.FirstOrDefault(u => u.Suffix == suffix).Factor;
        return factor != 0
            && double.TryParse(text.AsSpan(0, end).Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)
            && double.IsFinite(value * factor)
                ? value * factor
                : throw new FormatException(expected);
    }

    private static string RangeText(ConfigOption option)
    {
        string unit = option.Kind switch { OptionKind.Duration => " seconds", OptionKind.Bytes => " bytes", _ => "" };
        return option switch
        {
            { Max: double.PositiveInfinity } => string.Create(CultureInfo.InvariantCulture, $"must be at least {option.Min}{unit}"),
            { Min: double.NegativeInfinity } => string.Create(CultureInfo.InvariantCulture, $"must be at most {option.Max}{unit}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"must be between {option.Min} and {option.Max}{unit}"),
        };
    }
}
