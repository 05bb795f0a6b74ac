using Cairn.Store.Devices;

namespace Cairn.Store.Segments;

/// <summary>A range of a segment whose bytes are still in a buffer, on their way to the disk.</summary>
internal sealed record PendingAppend(Segment Segment, int Position, int Length, AlignedBuffer Buffer, int BufferOffset)
{
    public ReadOnlySpan<byte> Bytes => Buffer.Span.Slice(BufferOffset, Length);
}
