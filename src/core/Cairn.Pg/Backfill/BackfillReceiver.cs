using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;
using Cairn.Pg.Messages;
using Cairn.Pg.Peering;

namespace Cairn.Pg.Backfill;

/// <summary>The side of the copy that is filled: tells what it holds, removes what it should not, remembers how far it got.</summary>
internal sealed class BackfillReceiver(PgCore pg)
{
    public void OnScan(OsdId from, BackfillScan message)
    {
        if (!IsFromPrimary(from))
        {
            return;
        }

        var objects = pg.Catalog.ListObjects(pg.Id, message.After, message.Max);
        pg.Send(from, new BackfillDigest(message.After, [.. objects.Select(static o => new ObjectVersion(o.Id, o.Stat.Version))], objects.Count < message.Max)
        {
            Pg = pg.Id,
            Epoch = pg.Map.Epoch,
        });
    }

    public void OnRemove(OsdId from, BackfillRemove message)
    {
        if (!IsFromPrimary(from))
        {
            return;
        }

        var transaction = new StoreTransaction();
        foreach (ObjectId id in message.Objects)
        {
            transaction.Add(new RemoveObject(id));
        }

        pg.Durability.Persist(
            transaction, () => pg.Send(from, new BackfillRemoveReply(message.Sequence) { Pg = pg.Id, Epoch = pg.Map.Epoch }));
    }

    public void OnProgress(OsdId from, BackfillProgress message)
    {
        if (!IsFromPrimary(from))
        {
            return;
        }

        if (message.LastBackfill.CompareTo(pg.LastBackfill) > 0)
        {
            pg.LastBackfill = message.LastBackfill;
            if (message.LastBackfill.IsComplete)
            {
                pg.ObjectCount = message.ObjectCount;
                pg.Bytes = message.Bytes;
            }
        }

        pg.Save(
            new StoreTransaction(), () => pg.Send(from, new BackfillProgressReply(message.LastBackfill) { Pg = pg.Id, Epoch = pg.Map.Epoch }));
    }

    private bool IsFromPrimary(OsdId from) => pg.State is ReplicaActive && from == pg.Interval.Primary;
}
