using System.Collections.Immutable;
using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;

namespace Cairn.Simulation.Stores;

/// <summary>
/// A disk with the engine's contract: a transaction is seen at once, durable only when flushed, in order; a crash keeps some
/// prefix of what was not flushed (at least nothing, at most all), each transaction whole or not at all.
/// </summary>
public sealed class ModelStore : IObjectCatalog
{
    private readonly Queue<(ulong Ticket, ImmutableSortedDictionary<PgId, ModelCollection> Content)> _unflushed = new();
    private ImmutableSortedDictionary<PgId, ModelCollection> _durable = ImmutableSortedDictionary<PgId, ModelCollection>.Empty;
    private ulong _lastTicket;

    /// <summary>What readers see: everything submitted.</summary>
    public ImmutableSortedDictionary<PgId, ModelCollection> Content { get; private set; } = ImmutableSortedDictionary<PgId, ModelCollection>.Empty;

    public int UnflushedCount => _unflushed.Count;

    /// <returns>A ticket, for <see cref="Flush"/>: rising by one.</returns>
    public ulong Submit(PgId pg, StoreTransaction transaction)
    {
        Content = TransactionApplier.Apply(Content, pg, transaction);
        _unflushed.Enqueue((++_lastTicket, Content));
        return _lastTicket;
    }

    /// <summary>Makes everything up to a ticket durable.</summary>
    public void Flush(ulong ticket)
    {
        while (_unflushed.TryPeek(out var first) && first.Ticket <= ticket)
        {
            _durable = first.Content;
            _unflushed.Dequeue();
        }
    }

    /// <summary>Power loss: of the transactions not flushed, the first <paramref name="survivors"/> happen to be on the disk.</summary>
    public void Crash(int survivors)
    {
        for (int i = 0; i < survivors && _unflushed.TryDequeue(out var next); i++)
        {
            _durable = next.Content;
        }

        _unflushed.Clear();
        Content = _durable;
    }

    /// <summary>Spoils an object's data where it lies, without anyone noticing yet.</summary>
    /// <returns>False if there is no such object, it has no data, or its bytes may still change on the way to the disk.</returns>
    public bool Corrupt(PgId pg, ObjectId id)
    {
        if (_unflushed.Count > 0 || !Content.TryGetValue(pg, out ModelCollection? collection)
            || !collection.Objects.TryGetValue(id, out ModelObject? found) || found.Data.Length == 0)
        {
            return false;
        }

        Content = _durable = Content.SetItem(pg, collection.Change(id, static o => o with { Corrupt = true }));
        return true;
    }

    /// <returns>Null if the object is not there.</returns>
    /// <exception cref="ModelReadException">The data does not match its checksum.</exception>
    public ReadOnlyMemory<byte>? Read(PgId pg, ObjectId id, ulong offset, ulong length)
    {
        if (Find(pg, id) is not { } found)
        {
            return null;
        }

        if (found.Corrupt)
        {
            throw new ModelReadException($"object {id} of pg {pg}: the data does not match its checksum");
        }

        int from = (int)Math.Min(offset, (ulong)found.Data.Length);
        return found.Data.AsMemory(from, (int)Math.Min(length, (ulong)(found.Data.Length - from)));
    }

    /// <summary>Whether there is such a log entry, but a crash could take it. After a split it may be the parent's still.</summary>
    public bool IsVolatile(PgId pg, Eversion version) =>
        Content.GetValueOrDefault(pg)?.Log.ContainsKey(version) == true && !_durable.Any(c => c.Key.Pool == pg.Pool && c.Value.Log.ContainsKey(version));

    public bool CollectionExists(PgId pg) => Content.ContainsKey(pg);

    public IReadOnlyList<PgId> ListCollections() => [.. Content.Keys];

    public bool TryStat(PgId pg, ObjectId id, out ObjectStat stat)
    {
        ModelObject? found = Find(pg, id);
        stat = found?.Stat ?? default;
        return found is not null;
    }

    public byte[]? GetXattr(PgId pg, ObjectId id, string name) => Find(pg, id)?.Xattrs.GetValueOrDefault(name);

    public IReadOnlyList<KeyValuePair<string, byte[]>> GetXattrs(PgId pg, ObjectId id) => [.. Find(pg, id)?.Xattrs ?? ModelObject.Empty.Xattrs];

    public byte[]? GetOmap(PgId pg, ObjectId id, string key) => Find(pg, id)?.Omap.GetValueOrDefault(key);

    public IReadOnlyList<KeyValuePair<string, byte[]>> GetOmapRange(PgId pg, ObjectId id, string? after, int max) =>
        [.. (Find(pg, id)?.Omap ?? ModelObject.Empty.Omap).SkipWhile(e => after is not null && Utf8Order.Instance.Compare(e.Key, after) <= 0).Take(max)];

    public IReadOnlyList<(ObjectId Id, ObjectStat Stat)> ListObjects(PgId pg, ObjectId? after, int max) =>
        [.. (Content.GetValueOrDefault(pg) ?? ModelCollection.Empty).Objects
            .SkipWhile(o => after is not null && o.Key.CompareTo(after) <= 0).Take(max).Select(static o => (o.Key, o.Value.Stat))];

    public byte[]? GetMeta(PgId pg, string key) => Content.GetValueOrDefault(pg)?.Meta.GetValueOrDefault(key);

    public IReadOnlyList<KeyValuePair<string, byte[]>> ListMeta(PgId pg, string from, string to) =>
        [.. (Content.GetValueOrDefault(pg) ?? ModelCollection.Empty).Meta
            .SkipWhile(e => string.CompareOrdinal(e.Key, from) < 0).TakeWhile(e => string.CompareOrdinal(e.Key, to) < 0)];

    public IReadOnlyList<KeyValuePair<Eversion, byte[]>> ListLog(PgId pg) => [.. (Content.GetValueOrDefault(pg) ?? ModelCollection.Empty).Log];

    private ModelObject? Find(PgId pg, ObjectId id) => Content.GetValueOrDefault(pg)?.Objects.GetValueOrDefault(id);
}
