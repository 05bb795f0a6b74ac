using System.Buffers;
using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Binary;
using Cairn.Store.Extents;
using Cairn.Store.Index;
using Cairn.Store.Segments;
using Cairn.Store.Staging;

namespace Cairn.Store.Catalog;

/// <summary>Everything the store knows but the data: collections, onodes, extent maps, omap, metadata, over the index. Under the store's lock.</summary>
internal sealed class StoreCatalog(IndexStore index, SegmentTable segments, StagingTable staging, int onodesCached)
{
    private readonly SortedDictionary<PgId, Collection> _byPg = [];
    private readonly Dictionary<ulong, Collection> _byId = [];
    private readonly Dictionary<ulong, SortedBlocks<string, ulong>> _omapKeys = [];
    private readonly OnodeCache _cache = new(onodesCached);
    private readonly List<Onode> _dirtyOnodes = [];
    private readonly HashSet<(Onode Onode, uint Chunk)> _dirtyChunks = [];
    private readonly ArrayBufferWriter<byte> _encoded = new(4096);
    private ulong _nextId = 1;

    public IEnumerable<Collection> Collections => _byPg.Values;

    public long ObjectCount { get; private set; }

    public long DataBytes { get; private set; }

    public Collection? Find(PgId pg) => _byPg.GetValueOrDefault(pg);

    public Collection CreateCollection(PgId pg)
    {
        var collection = new Collection(_nextId++, pg);
        _byPg.Add(pg, collection);
        _byId.Add(collection.Id, collection);
        var writer = Encoding();
        writer.VarInt(pg.Pool);
        writer.VarUInt(pg.Seed);
        index.Put(new IndexKey(collection.Id, 0, IndexKind.Collection), _encoded.WrittenSpan, isNew: true);
        return collection;
    }

    public void RemoveCollection(Collection collection)
    {
        foreach (ObjectPlace place in collection.Objects.All().Select(o => o.Key).ToList())
        {
            Remove(ByUid(place.Uid));
            _cache.Trim();
        }

        foreach ((string key, _) in collection.Meta.All().ToList())
        {
            RemoveMeta(collection, key);
        }

        _byPg.Remove(collection.Pg);
        _byId.Remove(collection.Id);
        index.Delete(new IndexKey(collection.Id, 0, IndexKind.Collection));
    }

    /// <summary>Moves objects from one collection to another, in place of those of the same identity there.</summary>
    public void Move(Collection from, Collection to, Func<ObjectId, bool> which)
    {
        foreach (ObjectPlace place in from.Objects.All().Select(o => o.Key).ToList())
        {
            Onode onode = ByUid(place.Uid);
            if (which(onode.Id))
            {
                if (to.Objects.Count > 0 && Find(to, onode.Id) is { } old)
                {
                    Remove(old);
                }

                from.Objects.Remove(place);
                to.Objects.Set(place, 0);
                onode.Collection = to;
                MarkDirty(onode);
                WriteDirty(); // Keeps the set of dirty onodes, which cannot be evicted, small.
            }

            _cache.Trim();
        }
    }

    public Onode? Find(Collection collection, ObjectId id)
    {
        foreach ((ObjectPlace place, _) in collection.Objects.From(ObjectPlace.FirstOf(id)))
        {
            if (!place.SameHash(id))
            {
                return null;
            }

            Onode onode = ByUid(place.Uid);
            if (onode.Id.Equals(id))
            {
                return onode;
            }
        }

        return null;
    }

    public Onode Create(Collection collection, ObjectId id)
    {
        var onode = new Onode(_nextId++, collection, id);
        collection.Objects.Set(ObjectPlace.Of(onode), 0);
        _cache.Add(onode);
        ObjectCount++;
        // The record comes to be here, so that the end of the transaction always replaces one.
        WriteOnode(onode, isNew: true);
        MarkDirty(onode);
        return onode;
    }

    public void Remove(Onode onode)
    {
        ClearData(onode);
        ClearOmap(onode);
        onode.Collection.Objects.Remove(ObjectPlace.Of(onode));
        _cache.Remove(onode);
        _dirtyOnodes.Remove(onode);
        onode.Dirty = false;
        ObjectCount--;
        index.Delete(new IndexKey(onode.Uid, 0, IndexKind.Onode));
    }

    public Onode ByUid(ulong uid) => TryByUid(uid) ?? throw new StoreFailedException($"the index has no onode {uid}, which a collection lists");

    public Onode? TryByUid(ulong uid)
    {
        if (_cache.TryGet(uid, out Onode onode))
        {
            return onode;
        }

        if (!index.TryGet(new IndexKey(uid, 0, IndexKind.Onode), out ReadOnlySpan<byte> value))
        {
            return null;
        }

        onode = OnodeCodec.Decode(uid, value, _byId.GetValueOrDefault);
        _cache.Add(onode);
        return onode;
    }

    public Chunk? FindChunk(Onode onode, uint number)
    {
        if (number == 0)
        {
            return onode.First;
        }

        if (onode.Loaded.TryGetValue(number, out Chunk? chunk))
        {
            return chunk;
        }

        if (!onode.Further.Contains(number))
        {
            return null;
        }

        Invariant.Require(index.TryGet(new IndexKey(onode.Uid, number, IndexKind.Chunk), out ReadOnlySpan<byte> value));
        var reader = new ByteReader(value);
        chunk = ChunkCodec.Decode(ref reader);
        reader.RequireEnd();
        onode.Loaded.Add(number, chunk);
        return chunk;
    }

    /// <summary>Changes a chunk's extents, keeping count of what lives where.</summary>
    public void ChangeChunk(Onode onode, uint number, Action<Chunk> change)
    {
        Chunk? chunk = FindChunk(onode, number);
        if (chunk is null)
        {
            chunk = new Chunk();
            onode.Loaded.Add(number, chunk);
            onode.Further.Add(number);
            index.Put(new IndexKey(onode.Uid, number, IndexKind.Chunk), [0], isNew: true);
            MarkDirty(onode);
        }

        Account(chunk, -1);
        change(chunk);
        Account(chunk, +1);
        if (number == 0)
        {
            MarkDirty(onode);
        }
        else if (chunk.IsEmpty)
        {
            onode.Loaded.Remove(number);
            onode.Further.Remove(number);
            _dirtyChunks.Remove((onode, number));
            index.Delete(new IndexKey(onode.Uid, number, IndexKind.Chunk));
            MarkDirty(onode);
        }
        else
        {
            _dirtyChunks.Add((onode, number));
        }
    }

    /// <summary>Puts an extent into a chunk, over what was there.</summary>
    public void Put(Onode onode, uint number, Extent extent)
    {
        ChangeChunk(onode, number, chunk => chunk.Put(extent));
        if (extent is StagedExtent staged)
        {
            staging.Refer(staged.Id, onode.Uid, number);
        }
    }

    public void ClearData(Onode onode)
    {
        foreach (uint number in onode.Further.ToList())
        {
            ChangeChunk(onode, number, static chunk => chunk.Clear(0, ExtentLayout.ChunkBytes));
        }

        ChangeChunk(onode, 0, static chunk => chunk.Clear(0, ExtentLayout.ChunkBytes));
    }

    public void MarkDirty(Onode onode)
    {
        if (!onode.Dirty)
        {
            onode.Dirty = true;
            _dirtyOnodes.Add(onode);
        }
    }

    /// <summary>Writes what the transaction changed to the index.</summary>
    public void WriteDirty()
    {
        foreach ((Onode onode, uint number) in _dirtyChunks)
        {
            var writer = Encoding();
            ChunkCodec.Encode(onode.Loaded[number], writer);
            index.Put(new IndexKey(onode.Uid, number, IndexKind.Chunk), _encoded.WrittenSpan, isNew: false);
        }

        _dirtyChunks.Clear();
        foreach (Onode onode in _dirtyOnodes)
        {
            WriteOnode(onode, isNew: false);
            onode.Dirty = false;
        }

        _dirtyOnodes.Clear();
    }

    public void Trim() => _cache.Trim();

    public byte[]? GetOmap(Onode onode, string key) =>
        _omapKeys.TryGetValue(onode.Uid, out SortedBlocks<string, ulong>? keys) && keys.TryGet(key, out ulong entry)
            ? EntryValue(new IndexKey(entry, 0, IndexKind.Omap))
            : null;

    public List<KeyValuePair<string, byte[]>> GetOmapRange(Onode onode, string? after, int max)
    {
        var values = new List<KeyValuePair<string, byte[]>>();
        if (_omapKeys.TryGetValue(onode.Uid, out SortedBlocks<string, ulong>? keys))
        {
            foreach ((string key, ulong entry) in after is null ? keys.All() : keys.From(after))
            {
                if (values.Count == max)
                {
                    break;
                }

                if (key != after)
                {
                    values.Add(new(key, EntryValue(new IndexKey(entry, 0, IndexKind.Omap))));
                }
            }
        }

        return values;
    }

    public void SetOmap(Onode onode, string key, ReadOnlySpan<byte> value)
    {
        if (!_omapKeys.TryGetValue(onode.Uid, out SortedBlocks<string, ulong>? keys))
        {
            _omapKeys.Add(onode.Uid, keys = new SortedBlocks<string, ulong>(Utf8Order.Instance));
        }

        bool isNew = !keys.TryGet(key, out ulong entry);
        if (isNew)
        {
            entry = _nextId++;
            keys.Set(key, entry);
        }

        PutEntry(new IndexKey(entry, 0, IndexKind.Omap), onode.Uid, key, value, isNew);
    }

    public void RemoveOmap(Onode onode, string key)
    {
        if (_omapKeys.TryGetValue(onode.Uid, out SortedBlocks<string, ulong>? keys) && keys.TryGet(key, out ulong entry))
        {
            keys.Remove(key);
            index.Delete(new IndexKey(entry, 0, IndexKind.Omap));
            if (keys.Count == 0)
            {
                _omapKeys.Remove(onode.Uid);
            }
        }
    }

    public void ClearOmap(Onode onode)
    {
        if (_omapKeys.Remove(onode.Uid, out SortedBlocks<string, ulong>? keys))
        {
            foreach ((_, ulong entry) in keys.All())
            {
                index.Delete(new IndexKey(entry, 0, IndexKind.Omap));
            }
        }
    }

    public void CopyOmap(Onode from, Onode to)
    {
        if (_omapKeys.TryGetValue(from.Uid, out SortedBlocks<string, ulong>? keys))
        {
            foreach ((string key, ulong entry) in keys.All())
            {
                SetOmap(to, key, EntryValue(new IndexKey(entry, 0, IndexKind.Omap)));
            }
        }
    }

    public byte[]? GetMeta(Collection collection, string key) =>
        collection.Meta.TryGet(key, out ulong entry) ? EntryValue(new IndexKey(entry, 0, IndexKind.Meta)) : null;

    public List<KeyValuePair<string, byte[]>> ListMeta(Collection collection, string from, string to)
    {
        var values = new List<KeyValuePair<string, byte[]>>();
        foreach ((string key, ulong entry) in collection.Meta.From(from))
        {
            if (string.CompareOrdinal(key, to) >= 0)
            {
                break;
            }

            values.Add(new(key, EntryValue(new IndexKey(entry, 0, IndexKind.Meta))));
        }

        return values;
    }

    public void SetMeta(Collection collection, string key, ReadOnlySpan<byte> value)
    {
        bool isNew = !collection.Meta.TryGet(key, out ulong entry);
        if (isNew)
        {
            entry = _nextId++;
            collection.Meta.Set(key, entry);
        }

        PutEntry(new IndexKey(entry, 0, IndexKind.Meta), collection.Id, key, value, isNew);
    }

    public void RemoveMeta(Collection collection, string key)
    {
        if (collection.Meta.TryGet(key, out ulong entry))
        {
            collection.Meta.Remove(key);
            index.Delete(new IndexKey(entry, 0, IndexKind.Meta));
        }
    }

    public void RemoveMetaRange(Collection collection, string from, string to)
    {
        List<string> keys = [.. collection.Meta.From(from).TakeWhile(e => string.CompareOrdinal(e.Key, to) < 0).Select(e => e.Key)];
        keys.ForEach(key => RemoveMeta(collection, key));
    }

    /// <summary>Takes in one record of the checkpoint, in the order of <see cref="IndexKey"/>.</summary>
    /// <exception cref="StoreFailedException">It is not a record this program writes, or refers to none.</exception>
    public void Load(IndexKey key, ReadOnlySpan<byte> value)
    {
        try
        {
            _nextId = Math.Max(_nextId, key.Owner + 1);
            LoadRecord(key, value);
            index.Load(key, value);
        }
        catch (MalformedDataException e)
        {
            throw new StoreFailedException($"index checkpoint: record {key} is damaged: {e.Message}", e);
        }
    }

    private void LoadRecord(IndexKey key, ReadOnlySpan<byte> value)
    {
        var reader = new ByteReader(value);
        switch (key.Kind)
        {
            case IndexKind.Collection:
                var collection = new Collection(key.Owner, new PgId(reader.VarInt(), reader.VarUInt32()));
                _byPg.Add(collection.Pg, collection);
                _byId.Add(collection.Id, collection);
                break;
            case IndexKind.Meta:
                ulong owner = reader.VarUInt();
                if (!_byId.TryGetValue(owner, out Collection? of))
                {
                    throw new MalformedDataException($"metadata of collection {owner}, which is not there");
                }

                of.Meta.Set(reader.Text(), key.Owner);
                break;
            case IndexKind.Onode:
                Onode onode = OnodeCodec.Decode(key.Owner, value, _byId.GetValueOrDefault);
                onode.Collection.Objects.Set(ObjectPlace.Of(onode), 0);
                ObjectCount++;
                LoadExtents(onode.First, key);
                break;
            case IndexKind.Chunk:
                LoadExtents(ChunkCodec.Decode(ref reader), key);
                break;
            case IndexKind.Omap:
                ulong uid = reader.VarUInt();
                if (!_omapKeys.TryGetValue(uid, out SortedBlocks<string, ulong>? keys))
                {
                    _omapKeys.Add(uid, keys = new SortedBlocks<string, ulong>(Utf8Order.Instance));
                }

                keys.Set(reader.Text(), key.Owner);
                break;
            default:
                throw new MalformedDataException($"kind {(uint)key.Kind}");
        }
    }

    private void LoadExtents(Chunk chunk, IndexKey key)
    {
        Account(chunk, +1);
        foreach (Extent extent in chunk.Extents)
        {
            if (extent is StagedExtent staged)
            {
                if (!staging.Contains(staged.Id))
                {
                    throw new MalformedDataException($"staged write {staged.Id} is not in the WAL");
                }

                staging.Refer(staged.Id, key.Owner, key.Item);
            }
        }
    }

    private void Account(Chunk chunk, int sign)
    {
        foreach (Extent extent in chunk.Extents)
        {
            DataBytes += sign * extent.Length;
            if (extent is StoredExtent stored)
            {
                segments.Account(stored, sign);
            }
        }
    }

    private void WriteOnode(Onode onode, bool isNew)
    {
        OnodeCodec.Encode(onode, Encoding());
        index.Put(new IndexKey(onode.Uid, 0, IndexKind.Onode), _encoded.WrittenSpan, isNew);
    }

    private void PutEntry(IndexKey key, ulong owner, string name, ReadOnlySpan<byte> value, bool isNew)
    {
        var writer = Encoding();
        writer.VarUInt(owner);
        writer.Text(name);
        _encoded.Write(value);
        index.Put(key, _encoded.WrittenSpan, isNew);
    }

    private byte[] EntryValue(IndexKey key)
    {
        Invariant.Require(index.TryGet(key, out ReadOnlySpan<byte> record));
        var reader = new ByteReader(record);
        reader.VarUInt();
        reader.Bytes();
        return record[^reader.Remaining..].ToArray();
    }

    private ByteWriter Encoding()
    {
        _encoded.ResetWrittenCount();
        return new ByteWriter(_encoded);
    }
}
