namespace Cairn.Store.Extents;

/// <summary>Where a range of an object's chunk has its bytes. Immutable; <see cref="Offset"/> counts from the start of the chunk.</summary>
internal abstract class Extent(int offset, int length)
{
    public int Offset { get; } = offset;

    public int Length { get; } = length;

    public int End => Offset + Length;

    /// <summary>The part from <paramref name="from"/> to <paramref name="to"/>, chunk offsets inside this extent.</summary>
    public abstract Extent Slice(int from, int to);
}
