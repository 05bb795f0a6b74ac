using Cairn.Maps;

namespace Cairn.Objects.Transactions;

/// <summary>
/// Everything a store knows but the data, as of the last transaction submitted (durable yet or not). Calls return at once:
/// from memory, or at worst after one index read.
/// </summary>
public interface IObjectCatalog
{
    bool CollectionExists(PgId pg);

    IReadOnlyList<PgId> ListCollections();

    bool TryStat(PgId pg, ObjectId id, out ObjectStat stat);

    /// <returns>The value, or null if the object or the xattr is not there.</returns>
    byte[]? GetXattr(PgId pg, ObjectId id, string name);

    /// <returns>All xattrs by name in <see cref="Utf8Order"/>; empty if the object is not there.</returns>
    IReadOnlyList<KeyValuePair<string, byte[]>> GetXattrs(PgId pg, ObjectId id);

    byte[]? GetOmap(PgId pg, ObjectId id, string key);

    /// <summary>Entries after <paramref name="after"/> (null: from the first), in <see cref="Utf8Order"/>, at most <paramref name="max"/>.</summary>
    IReadOnlyList<KeyValuePair<string, byte[]>> GetOmapRange(PgId pg, ObjectId id, string? after, int max);

    /// <summary>Objects after <paramref name="after"/> (null: from the first) in the order of <see cref="ObjectId"/>, at most <paramref name="max"/>.</summary>
    IReadOnlyList<(ObjectId Id, ObjectStat Stat)> ListObjects(PgId pg, ObjectId? after, int max);

    byte[]? GetMeta(PgId pg, string key);

    /// <summary>Metadata with keys from <paramref name="from"/> (included) to <paramref name="to"/> (not included), in ordinal order.</summary>
    IReadOnlyList<KeyValuePair<string, byte[]>> ListMeta(PgId pg, string from, string to);

    /// <summary>The whole log, oldest first.</summary>
    IReadOnlyList<KeyValuePair<Eversion, byte[]>> ListLog(PgId pg);
}
