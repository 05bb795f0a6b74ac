using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;
using Cairn.Pg.Messages;
using Cairn.Pg.Peering;
using Cairn.Pg.Storage;

namespace Cairn.Pg.Writes;

/// <summary>A replica's side of writes: log and apply in the primary's order, acknowledge when durable.</summary>
internal sealed class ReplicaWrites(PgCore pg)
{
    private Eversion _durable;

    public void OnRepOp(OsdId from, RepOp message)
    {
        if (pg.State is not ReplicaActive || from != pg.Interval.Primary)
        {
            return;
        }

        if (message.Entry.Version <= pg.Log.Head)
        {
            if (message.Entry.Version <= _durable)
            {
                Reply(); // Sent again since our reply was lost; if it is not durable yet, the reply will come.
            }

            return;
        }

        if (message.Previous != pg.Log.Head)
        {
            return; // One before it was lost: the primary sends all again, in order.
        }

        LogEntry entry = message.Entry;
        var transaction = new StoreTransaction().Append(message.Transaction);
        if (pg.LastBackfill.IsComplete)
        {
            pg.ObjectCount = message.ObjectCount;
            pg.Bytes = message.Bytes;
        }

        Eversion? forgotten = pg.Log.TrimTo(message.TrimTo, pg.Options.DupsTracked);
        pg.Log.Append(entry);
        FollowMissing(entry, message, transaction);
        Replication.AddMeta(pg, transaction, entry, forgotten);
        pg.Durability.PersistWrite(transaction, entry.Version);
    }

    public void OnDurable(Eversion version)
    {
        _durable = version;
        Reply();
    }

    /// <summary>Writes wait until the object is whole everywhere, but for those by which an admin gives up on it.</summary>
    private void FollowMissing(LogEntry entry, RepOp message, StoreTransaction transaction)
    {
        if (!entry.ChangesObject)
        {
            return;
        }

        if (entry.Kind == LogEntryKind.LostRevert && !message.LogOnly)
        {
            pg.Missing.Follow(entry);
            PgStorage.AddMissing(transaction, pg.Missing, entry.Object);
        }
        else if (pg.Missing.Remove(entry.Object))
        {
            Invariant.Require(entry.IsDelete, "a missing object is not written, only deleted");
            PgStorage.AddMissing(transaction, pg.Missing, entry.Object);
        }
    }

    private void Reply()
    {
        if (pg.State is ReplicaActive)
        {
            pg.Send(pg.Interval.Primary, new RepOpReply(_durable) { Pg = pg.Id, Epoch = pg.Map.Epoch });
        }
    }
}
