using System.Text;

namespace Cairn.Pg.Ops;

/// <summary>Whether a string can be a name that every language and the store agree on.</summary>
internal static class ObjectNames
{
    /// <summary>A string with half a surrogate pair has no UTF-8 form: two such names could become one on disk.</summary>
    public static bool HasUtf8Form(string text)
    {
        ReadOnlySpan<char> rest = text;
        for (int at = rest.IndexOfAnyInRange('\uD800', '\uDFFF'); at >= 0; at = rest.IndexOfAnyInRange('\uD800', '\uDFFF'))
        {
            if (at + 1 >= rest.Length || !char.IsSurrogatePair(rest[at], rest[at + 1]))
            {
                return false;
            }

            rest = rest[(at + 2)..];
        }

        return true;
    }

    public static int Utf8Length(string text) => Encoding.UTF8.GetByteCount(text);
}
