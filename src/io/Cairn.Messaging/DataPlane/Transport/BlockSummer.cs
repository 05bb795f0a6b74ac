using Cairn.Maps;
using Cairn.Maps.Checksums;

namespace Cairn.Messaging.DataPlane.Transport;

/// <summary>Sums a payload block by block while it comes in, when what came last is still in the processor's cache.</summary>
internal struct BlockSummer(int length)
{
    private int _done;

    /// <summary>Of the whole blocks.</summary>
    public uint[] Sums { get; } = new uint[length / Crc32CBlocks.BlockBytes];

    /// <param name="have">The payload as far as it has been received, from its start.</param>
    public void Take(ReadOnlySpan<byte> have)
    {
        for (; (_done + 1) * Crc32CBlocks.BlockBytes <= have.Length; _done++)
        {
            Sums[_done] = Crc32C.Compute(have.Slice(_done * Crc32CBlocks.BlockBytes, Crc32CBlocks.BlockBytes));
        }
    }
}
