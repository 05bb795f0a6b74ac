using System.Collections.Immutable;

namespace Cairn.Maps.Auth;

/// <summary>What a client may do with objects, and with which.</summary>
public sealed class OsdCaps
{
    private readonly ImmutableArray<Grant> _grants;

    // What holds everywhere: most clients have just this, or nothing but confined grants.
    private readonly Access _everywhere;

    private OsdCaps(ImmutableArray<Grant> grants)
    {
        _grants = grants;
        _everywhere = grants.Where(static g => !g.IsConfined).Aggregate(Access.None, static (all, grant) => all | grant.Access);
    }

    /// <summary>Of daemons.</summary>
    public static OsdCaps All { get; } = new([new Grant(Access.All)]);

    public static bool TryParse(string text, out OsdCaps caps, out string error)
    {
        bool understood = GrantParser.TryParse(text, confinable: true, out ImmutableArray<Grant> grants, out error);
        caps = new OsdCaps(grants);
        return understood;
    }

    /// <summary>Of a text that is not understood comes nothing.</summary>
    public static OsdCaps Parse(string text)
    {
        TryParse(text, out OsdCaps caps, out _);
        return caps;
    }

    /// <summary>Whether the access is allowed to everything.</summary>
    public bool AllowsEverywhere(Access needed) => (_everywhere & needed) == needed;

    /// <param name="ns">Null: all namespaces at once, which a listing may ask for.</param>
    /// <param name="name">Null: the operation is on no single object.</param>
    public bool Allows(Access needed, string pool, string? ns, string? name)
    {
        Access allowed = _everywhere;
        for (int i = 0; i < _grants.Length && (allowed & needed) != needed; i++)
        {
            allowed |= _grants[i].Covers(pool, ns, name) ? _grants[i].Access : Access.None;
        }

        return (allowed & needed) == needed;
    }
}
