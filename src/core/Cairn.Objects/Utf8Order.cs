namespace Cairn.Objects;

/// <summary>Orders strings as their UTF-8 bytes would be: the order of omap keys and listings that every language agrees on.</summary>
/// <remarks>UTF-16 ordinal order differs only where a surrogate meets a unit above the surrogates, so those are moved past each other.</remarks>
public sealed class Utf8Order : IComparer<string>
{
    public static Utf8Order Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        ReadOnlySpan<char> a = x, b = y;
        int common = a.CommonPrefixLength(b);
        return common == a.Length || common == b.Length
            ? a.Length.CompareTo(b.Length)
            : Rank(a[common]).CompareTo(Rank(b[common]));
    }

    private static int Rank(char c) => c >= '\uE000' ? c - 0x800 : c >= '\uD800' ? c + 0x2000 : c;
}
