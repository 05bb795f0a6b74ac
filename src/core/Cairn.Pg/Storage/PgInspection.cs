using Cairn.Maps;
using Cairn.Objects.Transactions;

namespace Cairn.Pg.Storage;

/// <summary>What a store says of a PG, for whoever looks into a store that no daemon has.</summary>
/// <param name="StoredEpoch">The newest map the PG had acted on.</param>
public sealed record PgInspection(PgInfo Info, Epoch StoredEpoch, IReadOnlyList<LogEntry> Log, IReadOnlyCollection<MissingItem> Missing)
{
    /// <returns>Null: the collection is not a PG's, or that of one whose split was cut off.</returns>
    public static PgInspection? Read(IObjectCatalog catalog, PgId pg)
    {
        if (PgStorage.ReadStoredEpoch(catalog, pg) is null)
        {
            return null;
        }

        StoredPg stored = PgStorage.Read(catalog, pg);
        return new PgInspection(
            stored.Info, stored.Epoch, [.. Enumerable.Range(0, stored.Log.Count).Select(i => stored.Log[i])], [.. stored.Missing.Items]);
    }
}
