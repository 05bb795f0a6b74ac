using Cairn.Maps;
using Cairn.Objects;
using Cairn.Store.Catalog;
using Cairn.Store.Engine;

namespace Cairn.Store.Reading;

/// <summary>All that a store answers without changing: of one at work, or of an engine that was loaded only to be looked at.</summary>
internal sealed class StoreView(EngineContext engine)
{
    private readonly ObjectReader _reader = new(engine);

    public ValueTask<StoreBuffer?> ReadAsync(
        PgId pg, ObjectId id, ulong offset, int length, UseOfCache use, CancellationToken cancellationToken) =>
        _reader.ReadAsync(pg, id, offset, length, use, cancellationToken);

    public bool CollectionExists(PgId pg) => Look(pg, static _ => true, false);

    public IReadOnlyList<PgId> ListCollections()
    {
        lock (engine.Gate)
        {
            return [.. engine.Catalog.Collections.Select(static c => c.Pg)];
        }
    }

    public bool TryStat(PgId pg, ObjectId id, out ObjectStat stat)
    {
        // Each operation asks this: spelled out, since the others' way makes objects.
        lock (engine.Gate)
        {
            engine.ThrowIfFailed();
            Onode? onode = engine.Catalog.Find(pg) is { } collection ? engine.Catalog.Find(collection, id) : null;
            stat = onode?.Stat ?? default;
            engine.Catalog.Trim();
            return onode is not null;
        }
    }

    public byte[]? GetXattr(PgId pg, ObjectId id, string name) => Look(pg, id, onode => onode.GetXattr(name), null);

    public IReadOnlyList<KeyValuePair<string, byte[]>> GetXattrs(PgId pg, ObjectId id) =>
        Look(pg, id, static onode => (IReadOnlyList<KeyValuePair<string, byte[]>>)[.. onode.Xattrs], []);

    public byte[]? GetOmap(PgId pg, ObjectId id, string key) => Look(pg, id, onode => engine.Catalog.GetOmap(onode, key), null);

    public IReadOnlyList<KeyValuePair<string, byte[]>> GetOmapRange(PgId pg, ObjectId id, string? after, int max) =>
        Look(pg, id, onode => engine.Catalog.GetOmapRange(onode, after, max), []);

    public IReadOnlyList<(ObjectId Id, ObjectStat Stat)> ListObjects(PgId pg, ObjectId? after, int max) =>
        Look(pg, collection => ObjectLister.List(engine.Catalog, collection, after, max), []);

    public byte[]? GetMeta(PgId pg, string key) => Look(pg, collection => engine.Catalog.GetMeta(collection, key), null);

    public IReadOnlyList<KeyValuePair<string, byte[]>> ListMeta(PgId pg, string from, string to) =>
        Look(pg, collection => engine.Catalog.ListMeta(collection, from, to), []);

    public IReadOnlyList<KeyValuePair<Eversion, byte[]>> ListLog(PgId pg) => Look(pg, collection => engine.Catalog.ListLog(collection), []);

    /// <summary>Completes when nothing is read ahead any more.</summary>
    public Task StopAsync() => _reader.StopAsync();

    private T Look<T>(PgId pg, Func<Collection, T> look, T absent)
    {
        lock (engine.Gate)
        {
            engine.ThrowIfFailed();
            T result = engine.Catalog.Find(pg) is { } collection ? look(collection) : absent;
            engine.Catalog.Trim();
            return result;
        }
    }

    private T Look<T>(PgId pg, ObjectId id, Func<Onode, T> look, T absent) =>
        Look(pg, collection => engine.Catalog.Find(collection, id) is { } onode ? look(onode) : absent, absent);
}
