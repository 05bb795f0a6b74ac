using System.Runtime.InteropServices;

namespace Cairn.Store.Devices;

/// <summary>Bytes at an address that stays, aligned as <see cref="IBlockFile"/> wants. Laid out as the kernel's <c>struct iovec</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct BlockPiece(byte* start, int length)
{
    private readonly byte* _start = start;
    private readonly nint _length = length;

    public int Length => (int)_length;

    public ReadOnlySpan<byte> Bytes => new(_start, (int)_length);
}
