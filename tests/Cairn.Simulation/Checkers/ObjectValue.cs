using Cairn.Maps;

namespace Cairn.Simulation.Checkers;

/// <summary>A state of an object in the sequential specification. Equal by content.</summary>
public sealed class ObjectValue : IEquatable<ObjectValue>
{
    private readonly uint _hash;

    public ObjectValue(bool exists, byte[] data, string? mark)
    {
        Exists = exists;
        Data = data;
        Mark = mark;
        _hash = Crc32C.Append(exists ? 1u : 0u, data) ^ (mark is null ? 0 : ObjectHash.Compute("", mark));
    }

    public static ObjectValue Absent { get; } = new(false, [], null);

    public bool Exists { get; }

    public byte[] Data { get; }

    /// <summary>The one xattr that workloads use; null if it is not set.</summary>
    public string? Mark { get; }

    public ObjectValue WithData(byte[] data) => new(true, data, Mark);

    public bool Equals(ObjectValue? other) =>
        other is not null && _hash == other._hash && Exists == other.Exists && Mark == other.Mark && Data.AsSpan().SequenceEqual(other.Data);

    public override bool Equals(object? obj) => Equals(obj as ObjectValue);

    public override int GetHashCode() => (int)_hash;
}
