using Cairn.Store.Extents;

namespace Cairn.Store.Staging;

/// <summary>The data of one small write, in memory until it is moved to a segment. In the WAL meanwhile.</summary>
/// <remarks>Shared by the staging table and the commit of its transaction; it goes back to its pool with the last of them.</remarks>
internal sealed class StagedBlob(StagedBuffers buffers, int capacity)
{
    private readonly byte[] _data = GC.AllocateUninitializedArray<byte>(capacity);
    private (ulong Uid, uint Chunk) _chunk;
    private List<(ulong Uid, uint Chunk)>? _furtherChunks;
    private int _holders;

    public int Capacity => _data.Length;

    public StagedId Id { get; set; }

    public int Length { get; private set; }

    /// <summary>With what belongs to it: the blob itself, its place in the table, an extent.</summary>
    public int MemoryBytes => _data.Length + 256;

    public ReadOnlySpan<byte> Data => _data.AsSpan(0, Length);

    /// <summary>Extents that refer to it, in memory or in index records. Under the store's lock, like all below.</summary>
    public int Uses { get; set; }

    /// <summary>Staged next.</summary>
    public StagedBlob? Newer { get; set; }

    /// <summary>How many chunks refer to it, or did: one, but for writes across a boundary and for clones.</summary>
    public int ChunkCount { get; private set; }

    /// <summary>For its pool: what it is until it comes back.</summary>
    public void Fill(StagedId id, ReadOnlySpan<byte> data)
    {
        Id = id;
        Length = data.Length;
        data.CopyTo(_data);
        Uses = 0;
        Newer = null;
        ChunkCount = 0;
        _furtherChunks = null;
        _holders = 1;
    }

    public (ulong Uid, uint Chunk) ChunkAt(int index) => index == 0 ? _chunk : _furtherChunks![index - 1];

    public void AddChunk(ulong uid, uint chunk)
    {
        if (ChunkCount == 0)
        {
            _chunk = (uid, chunk);
            ChunkCount = 1;
        }
        else if (_chunk != (uid, chunk) && _furtherChunks?.Contains((uid, chunk)) != true)
        {
            (_furtherChunks ??= []).Add((uid, chunk));
            ChunkCount++;
        }
    }

    public void Hold() => Interlocked.Increment(ref _holders);

    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            buffers.Return(this);
        }
    }
}
