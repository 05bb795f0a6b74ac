using System.Globalization;

namespace Cairn.Cli.Shell;

/// <summary>Numbers as Ceph prints them.</summary>
internal static class Units
{
    private static readonly string[] Binary = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    private static readonly string[] Decimal = ["", "k", "M", "G", "T", "P"];

    /// <summary>"1.8 GiB".</summary>
    public static string Bytes(double bytes) => Scale(bytes, 1024, Binary, " ");

    /// <summary>"4.91k".</summary>
    public static string Count(double count) => Scale(count, 1000, Decimal, "");

    public static string Percent(double part, double whole) =>
        (whole > 0 ? 100 * part / whole : 0).ToString("0.000", CultureInfo.InvariantCulture);

    /// <summary>The two leading units: "3h12m", "45s", "0.35s".</summary>
    public static string Age(TimeSpan age) => age switch
    {
        { TotalSeconds: < 0 } => "0s",
        { TotalSeconds: < 10 } => string.Create(CultureInfo.InvariantCulture, $"{age.TotalSeconds:0.##}s"),
        { TotalMinutes: < 1 } => $"{(int)age.TotalSeconds}s",
        { TotalHours: < 1 } => $"{age.Minutes}m{age.Seconds:00}s",
        { TotalDays: < 1 } => $"{age.Hours}h{age.Minutes:00}m",
        _ => $"{(int)age.TotalDays}d{age.Hours:00}h",
    };

    public static string Timestamp(long unixMs) =>
        unixMs <= 0 ? "-" : DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    public static string Number(double value, string format = "0.00") => value.ToString(format, CultureInfo.InvariantCulture);

    private static string Scale(double value, double factor, string[] units, string separator)
    {
        int unit = 0;
        while (value >= factor && unit < units.Length - 1)
        {
            value /= factor;
            unit++;
        }

        // Three digits that mean something, as Ceph: 1.23, 12.3 -> 12, 123.
        string digits = unit == 0 || value >= 10 ? value.ToString("0", CultureInfo.InvariantCulture) : value.ToString("0.0", CultureInfo.InvariantCulture);
        return units[unit].Length == 0 ? digits : digits + separator + units[unit];
    }
}
