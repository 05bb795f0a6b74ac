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
internal sealed class StoreCatalog
{
    private readonly IndexStore _index;
    private readonly StagingTable _staging;
    private readonly Dictionary<PgId, Collection> _byPg = [];
    private readonly Dictionary<ulong, Collection> _byId = [];
    private readonly CatalogIds _ids = new();
    private readonly OmapTable _omap;
    private readonly NamedEntries _meta;
    private readonly ExtentLedger _ledger;
    private readonly OnodeWriteBack _writeBack;
    private readonly OnodeCache _cache;

    /// <summary>Most operations are on the object of the one before.</summary>
    private Onode? _lastFound;

    public StoreCatalog(IndexStore index, SegmentTable segments, StagingTable staging, int onodesCached)
    {
        _index = index;
        _staging = staging;
        _omap = new OmapTable(index, _ids);
        _meta = new NamedEntries(index, _ids, IndexKind.Meta);
        Log = new LogTable(index, _ids);
        _ledger = new ExtentLedger(segments, staging);
        _writeBack = new OnodeWriteBack(index);
        _cache = new OnodeCache(onodesCached, _writeBack.Write);
    }

    /// <summary>In the order of their PGs.</summary>
    public IEnumerable<Collection> Collections => _byPg.Values.OrderBy(static c => c.Pg);

    public LogTable Log { get; }

    public long ObjectCount { get; private set; }

    public long DataBytes => _ledger.DataBytes;

    public Collection? Find(PgId pg) => _byPg.GetValueOrDefault(pg);

    public Collection CreateCollection(PgId pg)
    {
        var collection = new Collection(_ids.Next(), pg);
        _byPg.Add(pg, collection);
        _byId.Add(collection.Id, collection);
        var encoded = new ArrayBufferWriter<byte>(32);
        var writer = new ByteWriter(encoded);
        writer.VarInt(pg.Pool);
        writer.VarUInt(pg.Seed);
        _index.Put(new IndexKey(collection.Id, 0, IndexKind.Collection), encoded.WrittenSpan, isNew: true);
        return collection;
    }

    public void RemoveCollection(Collection collection)
    {
        foreach (ObjectPlace place in collection.Objects.All().ToList())
        {
            Remove(ByUid(place.Uid));
            _cache.Trim();
        }

        _meta.RemoveAll(collection.Meta);
        Log.RemoveAll(collection);
        _byPg.Remove(collection.Pg);
        _byId.Remove(collection.Id);
        _index.Delete(new IndexKey(collection.Id, 0, IndexKind.Collection));
    }

    /// <summary>Moves objects from one collection to another, in place of those of the same identity there.</summary>
    public void Move(Collection from, Collection to, Func<ObjectId, bool> which)
    {
        foreach (ObjectPlace place in from.Objects.All().ToList())
        {
            Onode onode = ByUid(place.Uid);
            if (which(onode.Id))
            {
                if (to.Objects.Count > 0 && Find(to, onode.Id) is { } old)
                {
                    Remove(old);
                }

                BeforeChange(onode);
                from.Objects.Remove(place);
                to.Objects.Add(place);
                onode.Collection = to;
            }

            _cache.Trim();
        }
    }

    public Onode? Find(Collection collection, ObjectId id)
    {
        if (_lastFound is { IsCached: true } last && ReferenceEquals(last.Collection, collection) && last.Id.Equals(id))
        {
            last.Touched = true;
            return last;
        }

        for (ObjectPlace from = ObjectPlace.FirstOf(id); collection.Objects.TryFirst(from, out ObjectPlace place) && place.SameHash(id);
            from = place with { Uid = place.Uid + 1 })
        {
            Onode onode = ByUid(place.Uid);
            if (onode.Id.Equals(id))
            {
                return _lastFound = onode;
            }
        }

        return null;
    }

    public Onode Create(Collection collection, ObjectId id)
    {
        Invariant.Require(id.Pool == collection.Pg.Pool, $"{id} is of another pool than pg {collection.Pg}");
        var onode = new Onode(_ids.Next(), collection, id);
        collection.Objects.Add(ObjectPlace.Of(onode));
        _cache.Add(onode);
        ObjectCount++;
        BeforeChange(onode);
        return _lastFound = onode;
    }

    public void Remove(Onode onode)
    {
        BeforeChange(onode);
        foreach (uint number in onode.Further.All().ToList())
        {
            Clear(onode, number, 0, ExtentLayout.ChunkBytes);
        }

        Clear(onode, 0, 0, ExtentLayout.ChunkBytes);
        _omap.Clear(onode.Uid);
        onode.Collection.Objects.Remove(ObjectPlace.Of(onode));
        _cache.Remove(onode);
        OnodeWriteBack.Forget(onode);
        ObjectCount--;
        if (onode.IsInIndex)
        {
            _index.Delete(new IndexKey(onode.Uid, 0, IndexKind.Onode));
        }
    }

    public Onode ByUid(ulong uid) => TryByUid(uid) ?? throw new StoreFailedException($"the index has no onode {uid}, which a collection lists");

    public Onode? TryByUid(ulong uid)
    {
        if (_cache.TryGet(uid, out Onode onode))
        {
            return onode;
        }

        if (!_index.TryGet(new IndexKey(uid, 0, IndexKind.Onode), out ReadOnlySpan<byte> value))
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

        if (onode.Loaded is { } loaded && loaded.TryGetValue(number, out Chunk? chunk))
        {
            return chunk;
        }

        if (!onode.Further.Contains(number))
        {
            return null;
        }

        Invariant.Require(_index.TryGet(new IndexKey(onode.Uid, number, IndexKind.Chunk), out ReadOnlySpan<byte> value));
        var reader = new ByteReader(value);
        chunk = ChunkCodec.Decode(onode.Uid, number, ref reader);
        reader.RequireEnd();
        AddLoaded(onode, chunk);
        return chunk;
    }

    /// <summary>Call before changing anything of the onode's own record.</summary>
    public void BeforeChange(Onode onode)
    {
        _writeBack.BeforeChange(onode);
        onode.RecordDirty = true;
    }

    /// <summary>Puts an extent into a chunk, over what was there.</summary>
    public void Put(Onode onode, uint number, Extent extent)
    {
        Chunk? chunk = FindChunk(onode, number);
        if (chunk is null)
        {
            BeforeChange(onode);
            chunk = new Chunk(onode.Uid, number);
            AddLoaded(onode, chunk);
            onode.AddFurther(number);
        }

        BeforeChunkChange(onode, chunk);
        chunk.Put(extent, _ledger);
    }

    /// <summary>Makes a range of a chunk a hole.</summary>
    public void Clear(Onode onode, uint number, int from, int to)
    {
        Chunk chunk = FindChunk(onode, number)!;
        BeforeChunkChange(onode, chunk);
        chunk.Clear(from, to, _ledger);
        if (number == 0 || !chunk.IsEmpty)
        {
            return;
        }

        BeforeChange(onode);
        onode.RemoveFurther(number);
        _cache.ChunksLoaded--;
        if (chunk.IsInIndex)
        {
            _index.Delete(new IndexKey(onode.Uid, number, IndexKind.Chunk));
        }
    }

    /// <summary>Fixes the instant of a checkpoint.</summary>
    public void Freeze()
    {
        _writeBack.Freeze();
        Log.Freeze();
        _index.Freeze();
    }

    /// <summary>Writes up to <paramref name="max"/> onodes or stretches of logs as they were at that instant to the index. False when there are no more.</summary>
    public bool WriteFrozen(int max) => _writeBack.WriteFrozen(max) || Log.WriteFrozen(max);

    public void Trim() => _cache.Trim();

    public byte[]? GetOmap(Onode onode, string key) => _omap.Get(onode.Uid, key);

    public List<KeyValuePair<string, byte[]>> GetOmapRange(Onode onode, string? after, int max) => _omap.Range(onode.Uid, after, max);

    public void SetOmap(Onode onode, string key, ReadOnlySpan<byte> value) => _omap.Set(onode.Uid, key, value);

    public void RemoveOmap(Onode onode, string key) => _omap.Remove(onode.Uid, key);

    public void ClearOmap(Onode onode) => _omap.Clear(onode.Uid);

    public void CopyOmap(Onode from, Onode to) => _omap.Copy(from.Uid, to.Uid);

    public byte[]? GetMeta(Collection collection, string key) => _meta.Get(collection.Meta, key);

    public List<KeyValuePair<string, byte[]>> ListMeta(Collection collection, string from, string to) =>
        [.. collection.Meta.From(from).TakeWhile(e => Utf8Order.Instance.Compare(e.Key, to) < 0).Select(_meta.Read)];

    public List<KeyValuePair<Eversion, byte[]>> ListLog(Collection collection) => Log.List(collection);

    public void SetMeta(Collection collection, string key, ReadOnlySpan<byte> value) => _meta.Set(collection.Meta, collection.Id, key, value);

    public void RemoveMeta(Collection collection, string key) => _meta.Remove(collection.Meta, key);

    public void RemoveMetaRange(Collection collection, string from, string to) => _meta.RemoveRange(collection.Meta, from, to);

    /// <summary>Whether an index record is of a metadata entry that was removed: their names are in memory.</summary>
    public bool IsGoneMeta(IndexKey key, ReadOnlySpan<byte> value)
    {
        if (key.Kind != IndexKind.Meta)
        {
            return false;
        }

        var reader = new ByteReader(value);
        return !_byId.TryGetValue(reader.VarUInt(), out Collection? collection)
            || !collection.Meta.TryGet(reader.Text(), out ulong entry)
            || entry != key.Owner;
    }

    /// <summary>Takes in one record of the checkpoint, in the order of <see cref="IndexKey"/>.</summary>
    /// <exception cref="StoreFailedException">It is not a record this program writes, or refers to none.</exception>
    public void Load(IndexKey key, ReadOnlySpan<byte> value)
    {
        try
        {
            _ids.Taken(key.Owner);
            LoadRecord(key, value);
            _index.Load(key, value);
        }
        catch (MalformedDataException e)
        {
            throw new StoreFailedException($"index checkpoint: record {key} is damaged: {e.Message}", e);
        }
    }

    /// <summary>All records of the checkpoint were taken in.</summary>
    public void EndLoad()
    {
        foreach (Collection collection in _byPg.Values)
        {
            collection.EndLoad();
            LogTable.EndLoad(collection);
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
                OnodeSketch sketch = OnodeCodec.DecodeSketch(key.Owner, value);
                if (!_byId.TryGetValue(sketch.Collection, out Collection? home))
                {
                    throw new MalformedDataException($"onode of collection {sketch.Collection}, which is not there");
                }

                if (sketch.Pool != home.Pg.Pool)
                {
                    throw new MalformedDataException($"onode of pool {sketch.Pool} in {home.Pg}");
                }

                home.Load(sketch.Place);
                ObjectCount++;
                LoadExtents(sketch.First);
                break;
            case IndexKind.Chunk:
                LoadExtents(ChunkCodec.Decode(key.Owner, key.Item, ref reader));
                break;
            case IndexKind.Omap:
                ulong uid = reader.VarUInt();
                _omap.Load(uid, reader.Text(), key.Owner);
                break;
            case IndexKind.Log:
                ulong logged = reader.VarUInt();
                if (!_byId.TryGetValue(logged, out Collection? loggedBy))
                {
                    throw new MalformedDataException($"log of collection {logged}, which is not there");
                }

                LogTable.Load(loggedBy, key.Owner, value);
                break;
            default:
                throw new MalformedDataException($"kind {(uint)key.Kind}");
        }
    }

    private void LoadExtents(Chunk chunk)
    {
        foreach (Extent extent in chunk.Extents)
        {
            if (extent is StagedExtent staged && !_staging.Contains(staged.Id))
            {
                throw new MalformedDataException($"staged write {staged.Id} is not in the WAL");
            }

            _ledger.In(chunk, extent);
        }
    }

    private void AddLoaded(Onode onode, Chunk chunk)
    {
        onode.AddLoaded(chunk);
        _cache.ChunksLoaded++;
    }

    private void BeforeChunkChange(Onode onode, Chunk chunk)
    {
        if (chunk.Number == 0)
        {
            BeforeChange(onode);
            return;
        }

        _writeBack.BeforeChange(onode);
        chunk.Dirty = true;
    }
}
