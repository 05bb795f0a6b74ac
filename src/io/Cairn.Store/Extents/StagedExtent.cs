namespace Cairn.Store.Extents;

/// <summary>A range whose bytes are in memory and in the WAL, in the write named; not in a segment yet.</summary>
/// <param name="position">Where in that write's data the range begins.</param>
internal sealed class StagedExtent(int offset, int length, StagedId id, int position) : Extent(offset, length)
{
    public StagedId Id { get; } = id;

    public int Position { get; } = position;

    public override Extent Slice(int from, int to) =>
        from == Offset && to == End ? this : new StagedExtent(from, to - from, Id, Position + from - Offset);
}
