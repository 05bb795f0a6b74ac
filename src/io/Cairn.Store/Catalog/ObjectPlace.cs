using System.Runtime.InteropServices;
using Cairn.Objects;

namespace Cairn.Store.Catalog;

/// <summary>
/// Where an object stands in its collection's order: as <see cref="ObjectId"/> sorts up to the hash (all are of one pool), then by number.
/// Objects of the same hash, a few at most, are told apart and put in order by their onodes. 12 bytes, not 16: there is one of each object of
/// the disk.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct ObjectPlace(uint SortHash, ulong Uid) : IComparable<ObjectPlace>
{
    public static ObjectPlace First => default;

    public static ObjectPlace FirstOf(ObjectId id) => new(id.SortHash, 0);

    public static ObjectPlace Of(Onode onode) => new(onode.Id.SortHash, onode.Uid);

    public int CompareTo(ObjectPlace other) => SortHash != other.SortHash ? SortHash.CompareTo(other.SortHash) : Uid.CompareTo(other.Uid);

    public bool SameHash(ObjectId id) => SortHash == id.SortHash;
}
