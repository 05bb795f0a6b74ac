using System.Globalization;

namespace Cairn.Cli.Shell;

/// <summary>Numbers with units, as people type them.</summary>
internal static class Quantity
{
    /// <summary>Null if it is none, or negative.</summary>
    public static TimeSpan? ParseDuration(string text) =>
        Split(text, out string unit) is not { } number ? null : unit switch
        {
            "ms" => TimeSpan.FromMilliseconds(number),
            "" or "s" => TimeSpan.FromSeconds(number),
            "m" or "min" => TimeSpan.FromMinutes(number),
            "h" => TimeSpan.FromHours(number),
            "d" => TimeSpan.FromDays(number),
            _ => null,
        };

    /// <summary>Units of 1024: K, KB and KiB are one. Null if it is none, or not a whole number of bytes.</summary>
    public static long? ParseBytes(string text)
    {
        if (Split(text, out string unit) is not { } number)
        {
            return null;
        }

        int power = unit.ToUpperInvariant() switch
        {
            "" or "B" => 0,
            "K" or "KB" or "KIB" => 1,
            "M" or "MB" or "MIB" => 2,
            "G" or "GB" or "GIB" => 3,
            "T" or "TB" or "TIB" => 4,
            _ => -1,
        };
        double bytes = number * Math.Pow(1024, power);
        return power < 0 || bytes != Math.Floor(bytes) || bytes > long.MaxValue / 2 ? null : (long)bytes;
    }

    private static double? Split(string text, out string unit)
    {
        int digits = text.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
        unit = text[digits..].Trim();
        return double.TryParse(text.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) ? number : null;
    }
}
