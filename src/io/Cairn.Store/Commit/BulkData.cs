using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Cairn.Store.Devices;

namespace Cairn.Store.Commit;

/// <summary>
/// The bulk data of one transaction until it is durable: where the submitter has it, if that can be written as it lies, else a copy that
/// is aligned and padded.
/// </summary>
internal readonly struct BulkData
{
    private readonly AlignedBuffer? _copy;
    private readonly ReadOnlyMemory<byte> _lent;

    public BulkData(AlignedBuffer copy) => _copy = copy;

    public BulkData(ReadOnlyMemory<byte> lent) => _lent = lent;

    public bool IsEmpty => _copy is null && _lent.IsEmpty;

    /// <summary>Memory it holds.</summary>
    public int Capacity => _copy?.Capacity ?? _lent.Length;

    /// <summary>To be filled; none if the data is lent.</summary>
    public Span<byte> Copy => _copy is null ? default : _copy.Span;

    /// <summary>Whether bytes can be written with <c>O_DIRECT</c> from where they lie now.</summary>
    public static unsafe bool IsAligned(ReadOnlySpan<byte> bytes) =>
        ((nuint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(bytes)) | (uint)bytes.Length) % IBlockFile.BlockSize == 0;

    public ReadOnlySpan<byte> Slice(int offset, int length) =>
        _copy is null ? _lent.Span.Slice(offset, length) : _copy.Span.Slice(offset, length);

    /// <summary>The same, for as long as the handle is held: at an address.</summary>
    public MemoryHandle Pin(int offset, int length) =>
        _copy is null ? _lent.Slice(offset, length).Pin() : _copy.Pin(offset);

    public void Return(AlignedBufferPool buffers)
    {
        if (_copy is not null)
        {
            buffers.Return(_copy);
        }
    }
}
