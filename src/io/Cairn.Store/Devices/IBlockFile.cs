namespace Cairn.Store.Devices;

/// <summary>One file, read and written in whole blocks of <see cref="BlockSize"/> from memory aligned to it, as <c>O_DIRECT</c> wants.</summary>
internal interface IBlockFile : IDisposable
{
    const int BlockSize = 4096;

    string Name { get; }

    long Length { get; }

    /// <summary>Reserves the space of a range, so that a write there cannot run out of it. The file is as long as its end at least.</summary>
    /// <exception cref="DiskFullException">There is not as much.</exception>
    void Allocate(long offset, long length);

    /// <summary>Fills the buffer.</summary>
    /// <exception cref="EndOfStreamException">The file ends before.</exception>
    void Read(long offset, Span<byte> buffer);

    void Write(long offset, ReadOnlySpan<byte> data);

    /// <summary>Writes the pieces one behind the other: in one go where the device can.</summary>
    void Write(long offset, ReadOnlySpan<BlockPiece> pieces)
    {
        foreach (BlockPiece piece in pieces)
        {
            Write(offset, piece.Bytes);
            offset += piece.Length;
        }
    }

    /// <summary>What was written is on stable media when this returns. After it failed, nothing is known of what is on the disk.</summary>
    void Sync();
}
