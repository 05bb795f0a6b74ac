using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;

namespace Cairn.Benchmarks.Pg;

/// <summary>The cheapest store there can be, so that what is measured is the PG: it knows which object has which version, and nothing else.</summary>
internal sealed class FlatCatalog : IObjectCatalog
{
    private readonly Dictionary<ObjectId, ObjectStat> _stats = [];

    public void Submit(StoreTransaction transaction)
    {
        foreach (StoreOp op in transaction.Ops)
        {
            switch (op)
            {
                case SetVersion set:
                    _stats[set.Object] = new ObjectStat(4096, set.Version, set.ModifiedUnixMs);
                    break;
                case RemoveObject remove:
                    _stats.Remove(remove.Object);
                    break;
            }
        }
    }

    public bool CollectionExists(PgId pg) => true;

    public IReadOnlyList<PgId> ListCollections() => [];

    public bool TryStat(PgId pg, ObjectId id, out ObjectStat stat) => _stats.TryGetValue(id, out stat);

    public byte[]? GetXattr(PgId pg, ObjectId id, string name) => null;

    public IReadOnlyList<KeyValuePair<string, byte[]>> GetXattrs(PgId pg, ObjectId id) => [];

    public byte[]? GetOmap(PgId pg, ObjectId id, string key) => null;

    public IReadOnlyList<KeyValuePair<string, byte[]>> GetOmapRange(PgId pg, ObjectId id, string? after, int max) => [];

    public IReadOnlyList<(ObjectId Id, ObjectStat Stat)> ListObjects(PgId pg, ObjectId? after, int max) => [];

    public byte[]? GetMeta(PgId pg, string key) => null;

    public IReadOnlyList<KeyValuePair<string, byte[]>> ListMeta(PgId pg, string from, string to) => [];

    public IReadOnlyList<KeyValuePair<Eversion, byte[]>> ListLog(PgId pg) => [];
}
