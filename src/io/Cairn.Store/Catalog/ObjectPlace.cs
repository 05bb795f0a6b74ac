using Cairn.Objects;

namespace Cairn.Store.Catalog;

/// <summary>
/// Where an object stands in its collection's order: as <see cref="ObjectId"/> sorts up to the hash, then by number. Objects of the same
/// hash, a few at most, are told apart and put in order by their onodes.
/// </summary>
internal readonly record struct ObjectPlace(long Pool, uint SortHash, ulong Uid) : IComparable<ObjectPlace>
{
    public static ObjectPlace First => new(long.MinValue, 0, 0);

    public static ObjectPlace FirstOf(ObjectId id) => new(id.Pool, id.SortHash, 0);

    public static ObjectPlace Of(Onode onode) => new(onode.Id.Pool, onode.Id.SortHash, onode.Uid);

    public int CompareTo(ObjectPlace other) =>
        Pool != other.Pool ? Pool.CompareTo(other.Pool)
        : SortHash != other.SortHash ? SortHash.CompareTo(other.SortHash)
        : Uid.CompareTo(other.Uid);

    public bool SameHash(ObjectId id) => Pool == id.Pool && SortHash == id.SortHash;
}
