namespace Cairn.Maps;

/// <summary>The version of the cluster map. 0 means "no map yet".</summary>
public readonly record struct Epoch(uint Value) : IComparable<Epoch>
{
    public static Epoch None => default;

    public Epoch Next => new(checked(Value + 1));

    public int CompareTo(Epoch other) => Value.CompareTo(other.Value);

    public static bool operator <(Epoch a, Epoch b) => a.Value < b.Value;

    public static bool operator >(Epoch a, Epoch b) => a.Value > b.Value;

    public static bool operator <=(Epoch a, Epoch b) => a.Value <= b.Value;

    public static bool operator >=(Epoch a, Epoch b) => a.Value >= b.Value;

    public override string ToString() => $"e{Value}";
}
