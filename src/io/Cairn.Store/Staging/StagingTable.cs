using Cairn.Maps;
using Cairn.Store.Extents;

namespace Cairn.Store.Staging;

/// <summary>All staged blobs, oldest first. Under the store's lock.</summary>
internal sealed class StagingTable
{
    private readonly Dictionary<StagedId, StagedBlob> _byId = [];
    private readonly Queue<StagedBlob> _byAge = [];

    public long Bytes { get; private set; }

    public int Count => _byAge.Count;

    /// <summary>The WAL must keep transactions from this one on: their data is nowhere else.</summary>
    public ulong? OldestSequence => _byAge.TryPeek(out StagedBlob? oldest) ? oldest.Id.Sequence : null;

    public StagedBlob? Oldest => _byAge.TryPeek(out StagedBlob? oldest) ? oldest : null;

    public IEnumerable<StagedBlob> OldestFirst => _byAge;

    /// <summary>Takes over the caller's hold. Ids come in order.</summary>
    public void Add(StagedBlob blob)
    {
        _byId.Add(blob.Id, blob);
        _byAge.Enqueue(blob);
        Bytes += blob.Length;
    }

    public StagedBlob Get(StagedId id)
    {
        Invariant.Require(_byId.TryGetValue(id, out StagedBlob? blob), $"staged write {id} is gone while an extent refers to it");
        return blob;
    }

    public bool Contains(StagedId id) => _byId.ContainsKey(id);

    /// <summary>Notes that the chunk has extents in the blob.</summary>
    public void Refer(StagedId id, ulong uid, uint chunk)
    {
        List<(ulong, uint)> chunks = Get(id).Chunks;
        if (!chunks.Contains((uid, chunk)))
        {
            chunks.Add((uid, chunk));
        }
    }

    /// <summary>Drops the oldest blob: nothing refers to it any more.</summary>
    public void DropOldest()
    {
        StagedBlob blob = _byAge.Dequeue();
        _byId.Remove(blob.Id);
        Bytes -= blob.Length;
        blob.Release();
    }
}
