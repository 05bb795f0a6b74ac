using System.Buffers;
using System.Runtime.InteropServices;
using Cairn.Maps;
using Cairn.Maps.Checksums;

namespace Cairn.Objects;

/// <summary>
/// Bytes of an array that know the CRC-32C of their blocks: of those that came from the network since they were received, of those from a disk
/// since they were verified. Their slices know them too, so that whoever stores or sends them need not go through them again; and a bit that
/// flips in memory meanwhile is found by the next who checks, where a sum made anew would hide it.
/// </summary>
public sealed class SummedMemory : MemoryManager<byte>
{
    private readonly byte[] _array;
    private readonly int _start;
    private readonly int _length;
    private readonly uint[] _sums;

    /// <param name="sums">Of the whole blocks, from the first byte on. Filled by whoever fills the array, before others see the memory.</param>
    public SummedMemory(byte[] array, int start, int length, uint[] sums)
    {
        Invariant.Require(sums.Length == length / Crc32CBlocks.BlockBytes, "one sum for each whole block");
        _array = array;
        _start = start;
        _length = length;
        _sums = sums;
    }

    /// <summary>The sums of the whole blocks that these bytes begin with; none if they are not known or the bytes do not begin with a block.</summary>
    public static ReadOnlySpan<uint> SumsOf(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetMemoryManager(bytes, out SummedMemory? memory, out int from, out int length) && from % Crc32CBlocks.BlockBytes == 0
            ? memory._sums.AsSpan(from / Crc32CBlocks.BlockBytes, length / Crc32CBlocks.BlockBytes)
            : default;

    /// <summary>The CRC of what <paramref name="crc"/> covers followed by these bytes: of what is known, only the sums are looked at.</summary>
    public static uint AppendCrc(uint crc, ReadOnlyMemory<byte> bytes)
    {
        ReadOnlySpan<uint> sums = SumsOf(bytes);
        return Crc32C.Append(Crc32CBlocks.Append(crc, sums), bytes.Span[(sums.Length * Crc32CBlocks.BlockBytes)..]);
    }

    public override Span<byte> GetSpan() => _array.AsSpan(_start, _length);

    public override MemoryHandle Pin(int elementIndex = 0) => _array.AsMemory(_start + elementIndex).Pin();

    public override void Unpin()
    {
        // The handle that Pin gave is the array's own.
    }

    protected override bool TryGetArray(out ArraySegment<byte> segment)
    {
        segment = new ArraySegment<byte>(_array, _start, _length);
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        // Who owns the array gives it back.
    }
}
