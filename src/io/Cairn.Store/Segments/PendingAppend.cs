using System.Buffers;
using Cairn.Store.Commit;

namespace Cairn.Store.Segments;

/// <summary>A range of a segment whose bytes are still in memory, on their way to the disk.</summary>
internal sealed class PendingAppend(Segment segment, int position, int length, BulkData data, int dataOffset)
{
    public Segment Segment => segment;

    public int Position => position;

    public int Length { get; private set; } = length;

    /// <summary>Where its bytes end in the transaction's bulk data.</summary>
    public int DataEnd => dataOffset + Length;

    public ReadOnlySpan<byte> Bytes => data.Slice(dataOffset, Length);

    public MemoryHandle Pin() => data.Pin(dataOffset, Length);

    /// <summary>The next bytes lie behind these, in the data as in the segment.</summary>
    public void Extend(int bytes) => Length += bytes;
}
