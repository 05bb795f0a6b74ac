using System.Collections.Immutable;

namespace Cairn.Maps.Auth;

/// <summary>What a client may ask of the monitors: to read (maps, status), to write (commands), and all: to give capabilities.</summary>
public sealed record MonCaps(Access Access)
{
    public static bool TryParse(string text, out MonCaps caps, out string error)
    {
        bool understood = GrantParser.TryParse(text, confinable: false, out ImmutableArray<Grant> grants, out error);
        caps = new MonCaps(grants.Aggregate(Access.None, static (all, grant) => all | grant.Access));
        return understood;
    }

    /// <summary>Of a text that is not understood comes nothing.</summary>
    public static MonCaps Parse(string text)
    {
        TryParse(text, out MonCaps caps, out _);
        return caps;
    }

    public bool Allows(Access needed) => (Access & needed) == needed;
}
