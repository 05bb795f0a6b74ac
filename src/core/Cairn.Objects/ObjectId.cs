using System.Numerics;
using Cairn.Maps;

namespace Cairn.Objects;

/// <summary>
/// An object's identity: pool, namespace, name, snapshot. Its order is Ceph's: by bit-reversed hash, so that a PG split in two
/// stays two contiguous ranges, then by namespace, name and snapshot.
/// </summary>
public sealed class ObjectId : IEquatable<ObjectId>, IComparable<ObjectId>
{
    /// <summary>The newest state of an object, not a snapshot of it.</summary>
    public const ulong Head = ulong.MaxValue;

    public ObjectId(long pool, string nspace, string name, ulong snapshot = Head)
        : this(pool, nspace, name, snapshot, ObjectHash.Compute(nspace, name))
    {
    }

    /// <summary>For decoders that have the hash at hand; it must be the right one.</summary>
    public ObjectId(long pool, string nspace, string name, ulong snapshot, uint hash)
    {
        Pool = pool;
        Namespace = nspace;
        Name = name;
        Snapshot = snapshot;
        Hash = hash;
    }

    public long Pool { get; }

    public string Namespace { get; }

    public string Name { get; }

    public ulong Snapshot { get; }

    /// <summary>rjenkins of namespace and name: places the object.</summary>
    public uint Hash { get; }

    public uint SortHash => SortHashOf(Hash);

    public bool Equals(ObjectId? other) =>
        other is not null && Hash == other.Hash && Pool == other.Pool && Snapshot == other.Snapshot
        && Name == other.Name && Namespace == other.Namespace;

    public override bool Equals(object? obj) => Equals(obj as ObjectId);

    /// <summary>The placement hash: the same in every process, so that no order depends on a random seed.</summary>
    public override int GetHashCode() => (int)Hash;

    public int CompareTo(ObjectId? other)
    {
        if (other is null)
        {
            return 1;
        }

        int order = Pool.CompareTo(other.Pool);
        order = order != 0 ? order : SortHash.CompareTo(other.SortHash);
        order = order != 0 ? order : Utf8Order.Instance.Compare(Namespace, other.Namespace);
        order = order != 0 ? order : Utf8Order.Instance.Compare(Name, other.Name);
        return order != 0 ? order : Snapshot.CompareTo(other.Snapshot);
    }

    public override string ToString() =>
        $"{Pool}:{(Namespace.Length == 0 ? "" : Namespace + "/")}{Name}{(Snapshot == Head ? "" : $"@{Snapshot:x}")}";

    /// <summary>What objects of this hash sort by: its bits reversed.</summary>
    public static uint SortHashOf(uint hash) => ReverseBits(hash);

    private static uint ReverseBits(uint v)
    {
        v = ((v >> 1) & 0x55555555) | ((v & 0x55555555) << 1);
        v = ((v >> 2) & 0x33333333) | ((v & 0x33333333) << 2);
        v = ((v >> 4) & 0x0f0f0f0f) | ((v & 0x0f0f0f0f) << 4);
        return BitOperations.RotateLeft(((v & 0x00ff00ff) << 8) | ((v >> 8) & 0x00ff00ff), 16);
    }
}
