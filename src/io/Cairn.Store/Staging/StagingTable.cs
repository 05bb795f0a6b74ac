using Cairn.Maps;
using Cairn.Store.Extents;

namespace Cairn.Store.Staging;

/// <summary>All staged blobs, oldest first. Under the store's lock.</summary>
internal sealed class StagingTable
{
    private readonly Dictionary<StagedId, StagedBlob> _byId = [];
    private StagedBlob? _newest;

    /// <summary>Of data.</summary>
    public long Bytes { get; private set; }

    /// <summary>What bounds hold: of writes of a few bytes, the data is the least.</summary>
    public long MemoryBytes { get; private set; }

    public int Count => _byId.Count;

    /// <summary>The WAL must keep transactions from this one on: their data is nowhere else.</summary>
    public ulong? OldestSequence => Oldest?.Id.Sequence;

    public StagedBlob? Oldest { get; private set; }

    /// <summary>Takes over the caller's hold. Ids come in order.</summary>
    public void Add(StagedBlob blob)
    {
        _byId.Add(blob.Id, blob);
        Bytes += blob.Length;
        MemoryBytes += blob.MemoryBytes;
        if (_newest is null)
        {
            Oldest = blob;
        }
        else
        {
            _newest.Newer = blob;
        }

        _newest = blob;
    }

    public StagedBlob Get(StagedId id)
    {
        Invariant.Require(_byId.TryGetValue(id, out StagedBlob? blob), $"staged write {id} is gone while an extent refers to it");
        return blob;
    }

    public bool Contains(StagedId id) => _byId.ContainsKey(id);

    /// <summary>Notes that the chunk has one more extent in the blob.</summary>
    public void Refer(StagedId id, ulong uid, uint chunk)
    {
        StagedBlob blob = Get(id);
        blob.Uses++;
        blob.AddChunk(uid, chunk);
    }

    /// <summary>Notes that a chunk has one extent less in the blob.</summary>
    public void Forget(StagedId id)
    {
        StagedBlob blob = Get(id);
        Invariant.Require(--blob.Uses >= 0, "a staged write cannot have less than no uses");
    }

    /// <summary>Drops the oldest blob, which nothing uses any more.</summary>
    public void DropOldest()
    {
        StagedBlob blob = Oldest!;
        Invariant.Require(blob.Uses == 0, $"staged write {blob.Id} is in use");
        _byId.Remove(blob.Id);
        Oldest = blob.Newer;
        if (Oldest is null)
        {
            _newest = null;
        }

        Bytes -= blob.Length;
        MemoryBytes -= blob.MemoryBytes;
        blob.Release();
    }
}
