using System.Globalization;
using System.Text.RegularExpressions;

namespace Cairn.Crush;

/// <summary>Weights as text. Ceph reads a 32-bit float, multiplies by 65536 and truncates; that decides the last bit of a weight.</summary>
internal static partial class CrushNumbers
{
    /// <summary>With this many decimals, more than Ceph ever writes, a weight is read exactly: how a weight is written that a float cannot hold.</summary>
    public const int ExactDecimals = 7;

    [GeneratedRegex(@"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$")]
    private static partial Regex RealPattern();

    /// <exception cref="CrushTextException">No number, negative, or beyond 16.16.</exception>
    public static uint ParseWeight(Token token)
    {
        if (!RealPattern().IsMatch(token.Text))
        {
            throw token.Error($"expected a weight, found '{token.Text}'");
        }

        int point = token.Text.IndexOf('.', StringComparison.Ordinal);
        bool exact = point >= 0 && token.Text.Length - point - 1 >= ExactDecimals && token.Text.AsSpan().IndexOfAny('e', 'E') < 0;
        double fixedPoint = exact
            ? Math.Round(double.Parse(token.Text, CultureInfo.InvariantCulture) * 0x10000)
            : float.Parse(token.Text, CultureInfo.InvariantCulture) * (float)0x10000;
        if (fixedPoint < 0 || fixedPoint >= 4294967296.0)
        {
            throw token.Error($"the weight {token.Text} is not between 0 and 65535.99998");
        }

        return (uint)fixedPoint;
    }

    /// <summary>The shortest of Ceph's forms (3 decimals to Pacific, 5 since) that reads back as the same weight, else more decimals.</summary>
    public static string FormatExact(uint weight)
    {
        for (int decimals = 3; decimals < ExactDecimals; decimals++)
        {
            string text = (weight / 65536.0).ToString($"F{decimals}", CultureInfo.InvariantCulture);
            if ((float.Parse(text, CultureInfo.InvariantCulture) * (float)0x10000) is var read && read < 4294967296f && (uint)read == weight)
            {
                return text;
            }
        }

        return (weight / 65536.0).ToString($"F{ExactDecimals}", CultureInfo.InvariantCulture);
    }

    public static string Format(uint weight, int decimals) => ((double)(weight / (float)0x10000)).ToString($"F{decimals}", CultureInfo.InvariantCulture);
}
