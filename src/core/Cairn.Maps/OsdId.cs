namespace Cairn.Maps;

/// <summary>The number of an OSD. <see cref="None"/> is a hole in a set.</summary>
public readonly record struct OsdId(int Value) : IComparable<OsdId>
{
    /// <summary>CRUSH's "no item" (2147483647): a place of an erasure-coded set that nobody fills.</summary>
    public static OsdId None => new(int.MaxValue);

    /// <summary>No primary.</summary>
    public static OsdId Nobody => new(-1);

    public bool IsReal => Value >= 0 && Value != int.MaxValue;

    public int CompareTo(OsdId other) => Value.CompareTo(other.Value);

    public override string ToString() => Value == int.MaxValue ? "-" : $"osd.{Value}";
}
