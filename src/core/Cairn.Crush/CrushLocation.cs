using System.Collections.Immutable;

namespace Cairn.Crush;

/// <summary>One level of a location: the bucket <paramref name="Name"/> of type <paramref name="Type"/>.</summary>
public readonly record struct CrushLocation(string Type, string Name)
{
    /// <summary>Reads <c>root=default rack=r1 host=a</c>.</summary>
    /// <exception cref="CrushException">A part is not <c>type=name</c>, or a type stands twice.</exception>
    public static ImmutableArray<CrushLocation> ParseAll(string text)
    {
        var parts = ImmutableArray.CreateBuilder<CrushLocation>();
        foreach (string part in text.Split([' ', '\t', ','], StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || equals == part.Length - 1)
            {
                throw new CrushException($"'{part}' is not a location: expected type=name, as in root=default host=a");
            }

            var location = new CrushLocation(part[..equals], part[(equals + 1)..]);
            if (parts.Any(p => p.Type == location.Type))
            {
                throw new CrushException($"the location names type '{location.Type}' twice");
            }

            parts.Add(location);
        }

        return parts.ToImmutable();
    }

    public override string ToString() => $"{Type}={Name}";
}
