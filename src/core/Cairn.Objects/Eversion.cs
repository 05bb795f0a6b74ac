using System.Globalization;
using Cairn.Maps;

namespace Cairn.Objects;

/// <summary>The version of an object or PG: the epoch of the interval it was written in, and a number that grows by one a write. Prints <c>12'345</c>.</summary>
public readonly record struct Eversion(Epoch Epoch, ulong Version) : IComparable<Eversion>
{
    public static Eversion Zero => default;

    public static Eversion Max => new(new Epoch(uint.MaxValue), ulong.MaxValue);

    public int CompareTo(Eversion other) =>
        Epoch != other.Epoch ? Epoch.CompareTo(other.Epoch) : Version.CompareTo(other.Version);

    public static bool operator <(Eversion a, Eversion b) => a.CompareTo(b) < 0;

    public static bool operator >(Eversion a, Eversion b) => a.CompareTo(b) > 0;

    public static bool operator <=(Eversion a, Eversion b) => a.CompareTo(b) <= 0;

    public static bool operator >=(Eversion a, Eversion b) => a.CompareTo(b) >= 0;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epoch.Value}'{Version}");
}
