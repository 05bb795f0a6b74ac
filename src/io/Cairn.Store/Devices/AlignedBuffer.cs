using System.Buffers;
using System.Runtime.InteropServices;

namespace Cairn.Store.Devices;

/// <summary>Memory outside the heap, aligned to the block size. Not zeroed.</summary>
internal sealed unsafe class AlignedBuffer(int capacity) : IDisposable
{
    private byte* _pointer = (byte*)NativeMemory.AlignedAlloc((nuint)capacity, IBlockFile.BlockSize);

    public int Capacity { get; } = capacity;

    public Span<byte> Span => new(_pointer, Capacity);

    public BlockPiece Piece(int length) => new(_pointer, length);

    /// <summary>Its memory never moves; disposing the handle does nothing.</summary>
    public MemoryHandle Pin(int offset) => new(_pointer + offset);

    public static int RoundUp(int length) => (length + IBlockFile.BlockSize - 1) & -IBlockFile.BlockSize;

    public static long RoundUp(long length) => (length + IBlockFile.BlockSize - 1) & -IBlockFile.BlockSize;

    public void Dispose()
    {
        NativeMemory.AlignedFree(_pointer);
        _pointer = null;
        GC.SuppressFinalize(this);
    }

    ~AlignedBuffer() => NativeMemory.AlignedFree(_pointer);
}
