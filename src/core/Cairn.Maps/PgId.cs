using System.Globalization;

namespace Cairn.Maps;

/// <summary>A placement group: pool and placement seed. Prints as Ceph does: <c>1.2f</c>, the seed in hexadecimal.</summary>
public readonly record struct PgId(long Pool, uint Seed) : IComparable<PgId>
{
    public int CompareTo(PgId other) => Pool != other.Pool ? Pool.CompareTo(other.Pool) : Seed.CompareTo(other.Seed);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Pool}.{Seed:x}");

    public static bool TryParse(string? text, out PgId pg)
    {
        pg = default;
        int dot = text?.IndexOf('.', StringComparison.Ordinal) ?? -1;
        if (dot <= 0
            || !long.TryParse(text.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out long pool)
            || !uint.TryParse(text.AsSpan(dot + 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint seed))
        {
            return false;
        }

        pg = new PgId(pool, seed);
        return true;
    }
}
