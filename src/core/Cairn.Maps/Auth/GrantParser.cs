using System.Collections.Immutable;

namespace Cairn.Maps.Auth;

/// <summary>
/// Reads Ceph's capability texts: <c>allow rw pool=a namespace=b, allow r</c>. Values may stand in quotes, and a blank may stand for the
/// equals sign. A text that is not understood gives nothing at all: half a capability may be more than was meant.
/// </summary>
internal static class GrantParser
{
    private const string Confinements = "pool=NAME, namespace=NAME, object_prefix=TEXT";

    /// <param name="confinable">Whether grants may name a pool, namespace or prefix: an OSD's may, a monitor's not.</param>
    /// <param name="error">What is wrong, as the end of a sentence.</param>
    public static bool TryParse(string text, bool confinable, out ImmutableArray<Grant> grants, out string error)
    {
        var read = ImmutableArray.CreateBuilder<Grant>();
        grants = [];
        error = "";
        foreach (string part in text.Split(',', ';'))
        {
            string[] words = part.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 && text.AsSpan().Trim().IsEmpty)
            {
                continue;
            }

            if (ParseGrant(words, confinable, ref error) is not { } grant)
            {
                return false;
            }

            read.Add(grant);
        }

        grants = read.ToImmutable();
        return true;
    }

    private static Grant? ParseGrant(ReadOnlySpan<string> words, bool confinable, ref string error)
    {
        if (words.Length < 2 || words[0] != "allow")
        {
            error = $"expected 'allow' and r, w, x or *, found '{string.Join(' ', words!)}'";
            return null;
        }

        if (ParseAccess(words[1]) is not { } access)
        {
            error = $"expected r, w, x or *, found '{words[1]}'";
            return null;
        }

        var grant = new Grant(access);
        for (int at = 2; at < words.Length; at++)
        {
            string key = words[at].Split('=')[0];
            string? value = words[at].Length > key.Length ? words[at][(key.Length + 1)..] : at + 1 < words.Length ? words[++at] : null;
            if (!confinable || string.IsNullOrEmpty(value) || Confine(grant, key, value.Trim('"', '\'')) is not { } confined)
            {
                error = confinable ? $"expected {Confinements}, found '{words[at]}'" : $"expected nothing after the access, found '{words[at]}'";
                return null;
            }

            grant = confined;
        }

        return grant;
    }

    private static Grant? Confine(Grant grant, string key, string value) => key switch
    {
        "pool" => grant with { Pool = value },
        "namespace" => grant with { Namespace = value },
        "object_prefix" => grant with { ObjectPrefix = value },
        _ => null,
    };

    private static Access? ParseAccess(string text)
    {
        if (text is "*" or "all")
        {
            return Access.All;
        }

        Access access = Access.None;
        foreach (char letter in text)
        {
            Access one = letter switch
            {
                'r' => Access.Read,
                'w' => Access.Write,
                'x' => Access.Execute,
                _ => Access.None,
            };
            if (one == Access.None || access.HasFlag(one))
            {
                return null;
            }

            access |= one;
        }

        return access;
    }
}
