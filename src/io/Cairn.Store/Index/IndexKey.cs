using System.Runtime.InteropServices;

namespace Cairn.Store.Index;

/// <summary>
/// Names an index record by fixed 16 bytes: FASTER wants fixed keys. Owners are numbers given once and never again, so no two
/// records can collide, as hashes of names could.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
internal readonly record struct IndexKey(ulong Owner, uint Item, IndexKind Kind) : IComparable<IndexKey>
{
    public const int Size = 16;

    public int CompareTo(IndexKey other) =>
        Kind != other.Kind ? ((uint)Kind).CompareTo((uint)other.Kind)
        : Owner != other.Owner ? Owner.CompareTo(other.Owner)
        : Item.CompareTo(other.Item);

    /// <summary>splitmix64 over the fields: owners are sequential and FASTER takes bucket and tag from the hash.</summary>
    public long Hash64()
    {
        ulong x = Owner + ((ulong)Item << 40) + ((ulong)Kind << 60) + 0x9e3779b97f4a7c15;
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
        x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
        return (long)(x ^ (x >> 31));
    }

    public override int GetHashCode() => (int)Hash64();

    public override string ToString() => $"{Kind} {Owner}.{Item}";
}
