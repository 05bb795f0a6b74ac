using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;
using Cairn.Pg.Messages;
using Cairn.Pg.Storage;

namespace Cairn.Pg.Scrub;

/// <summary>Has bad copies rewritten: they count as missing from now on, and recovery brings a good copy.</summary>
internal static class ScrubRepair
{
    /// <returns>Whether the object will be whole again: false if there is no good copy, or it was written since and must be looked at again.</returns>
    public static bool TryStart(PgCore pg, InconsistentObject found)
    {
        bool isWritten = pg.Log.TryFindLatestChange(found.Object, out LogEntry? latest) && latest.Version > found.Version;
        if (!pg.Clients.IsQuiet(found.Object) || (isWritten && !latest!.IsDelete))
        {
            return false;
        }

        if (found.Bad.Values.All(static e => e == ScrubErrors.Unexpected))
        {
            Remove(pg, found);
            return true;
        }

        if (isWritten)
        {
            return true; // Removed since: there is nothing left to repair, and nobody has what was found any more.
        }

        if (found.Good is null || found.Version == Eversion.Zero)
        {
            return false;
        }

        foreach (OsdId osd in found.Bad.Keys)
        {
            var item = new MissingItem(found.Object, found.Version, Eversion.Zero);
            if (osd == pg.Whoami)
            {
                pg.Missing.Set(item);
                var transaction = new StoreTransaction();
                PgStorage.AddMissing(transaction, pg.Missing, found.Object);
                pg.Save(transaction);
            }
            else
            {
                pg.Peers[osd].Missing?.Set(item);
            }
        }

        return true;
    }

    private static void Remove(PgCore pg, InconsistentObject found)
    {
        foreach (OsdId osd in found.Bad.Keys)
        {
            if (osd == pg.Whoami)
            {
                pg.Save(new StoreTransaction().Add(new RemoveObject(found.Object)));
            }
            else
            {
                pg.Send(osd, new BackfillRemove([found.Object], Sequence: 0) { Pg = pg.Id, Epoch = pg.Map.Epoch });
            }
        }
    }
}
