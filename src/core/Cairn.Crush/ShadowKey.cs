namespace Cairn.Crush;

/// <summary>A bucket seen through one device class.</summary>
public readonly record struct ShadowKey(int Bucket, int Class) : IComparable<ShadowKey>
{
    public int CompareTo(ShadowKey other) => Bucket != other.Bucket ? Bucket.CompareTo(other.Bucket) : Class.CompareTo(other.Class);
}
