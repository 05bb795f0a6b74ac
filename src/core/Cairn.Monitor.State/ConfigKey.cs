namespace Cairn.Monitor.State;

/// <summary>A central option: <c>osd</c> or <c>osd.3</c>, and its name.</summary>
public readonly record struct ConfigKey(string Section, string Name) : IComparable<ConfigKey>
{
    public int CompareTo(ConfigKey other)
    {
        int bySection = string.CompareOrdinal(Section, other.Section);
        return bySection != 0 ? bySection : string.CompareOrdinal(Name, other.Name);
    }
}
