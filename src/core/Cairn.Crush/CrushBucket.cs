using System.Collections.Immutable;

namespace Cairn.Crush;

/// <summary>A node of the hierarchy: a host, a rack, a root.</summary>
public sealed record CrushBucket
{
    /// <summary>Negative. An input of the hash: another id is another placement.</summary>
    public required int Id { get; init; }

    public required string Name { get; init; }

    /// <summary>A key of <see cref="CrushMap.Types"/>; 0, the type of devices, is accepted in a text and makes a bucket nothing can be placed in.</summary>
    public required int Type { get; init; }

    public BucketAlgorithm Algorithm { get; init; } = BucketAlgorithm.Straw2;

    /// <summary>The hash function: 0 is rjenkins1, the only one there is. Under any other number every hash is 0, as in Ceph.</summary>
    public byte Hash { get; init; }

    /// <summary>In order, which matters to every algorithm but straw2 (and to straw2 among equal draws).</summary>
    public ImmutableArray<CrushItem> Items { get; init; } = [];

    /// <summary>16.16: the sum over the items.</summary>
    public uint Weight
    {
        get
        {
            uint sum = 0;
            foreach (CrushItem item in Items)
            {
                sum += item.Weight;
            }

            return sum;
        }
    }

    public int IndexOf(int item)
    {
        for (int i = 0; i < Items.Length; i++)
        {
            if (Items[i].Id == item)
            {
                return i;
            }
        }

        return -1;
    }

    public bool Equals(CrushBucket? other) =>
        other is not null && Id == other.Id && Name == other.Name && Type == other.Type && Algorithm == other.Algorithm && Hash == other.Hash
        && Items.AsSpan().SequenceEqual(other.Items.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Id, Type, Items.Length);
}
