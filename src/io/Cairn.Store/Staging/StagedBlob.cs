using System.Buffers;
using Cairn.Store.Extents;

namespace Cairn.Store.Staging;

/// <summary>The data of one small write, in memory until it is moved to a segment. In the WAL meanwhile.</summary>
/// <remarks>Shared by the staging table and the commit of its transaction; the array goes back to its pool with the last of them.</remarks>
internal sealed class StagedBlob
{
    private readonly byte[] _data;
    private int _holders = 1;

    public StagedBlob(StagedId id, ReadOnlySpan<byte> data)
    {
        Id = id;
        Length = data.Length;
        _data = ArrayPool<byte>.Shared.Rent(data.Length);
        data.CopyTo(_data);
    }

    public StagedId Id { get; set; }

    public int Length { get; }

    public ReadOnlySpan<byte> Data => _data.AsSpan(0, Length);

    /// <summary>Chunks that refer to it, or did. Under the store's lock.</summary>
    public List<(ulong Uid, uint Chunk)> Chunks { get; } = new(1);

    public void Hold() => Interlocked.Increment(ref _holders);

    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            ArrayPool<byte>.Shared.Return(_data);
        }
    }
}
