using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;
using Cairn.Pg.Messages;
using Cairn.Pg.Peering;
using Cairn.Pg.Storage;

namespace Cairn.Pg.Recovery;

/// <summary>
/// Takes the pieces of an object, in place. Until the last one is there the object is not trusted: it is in the missing set, or beyond what
/// the copy is filled to, and has no version.
/// </summary>
internal sealed class PushReceiver(PgCore pg)
{
    private readonly Dictionary<ObjectId, (Eversion Version, TransferCursor Next)> _partial = [];

    public void EndInterval() => _partial.Clear();

    /// <summary>A replica gets a piece from the primary.</summary>
    public void OnPush(OsdId from, Push push)
    {
        if (pg.State is not ReplicaActive || from != pg.Interval.Primary)
        {
            return;
        }

        var reply = new PushReply(push.Object, push.Version, push.From) { Pg = pg.Id, Epoch = pg.Map.Epoch };
        if (TryApply(push, () => pg.Send(from, reply)))
        {
            return;
        }

        if (push.Next is null && !pg.Missing.Contains(push.Object)
            && pg.Catalog.TryStat(pg.Id, push.Object, out ObjectStat stat) && stat.Version == push.Version)
        {
            pg.Durability.Persist(new StoreTransaction(), () => pg.Send(from, reply)); // Sent again: behind what made it whole.
        }
    }

    /// <returns>False if it is not the piece that follows.</returns>
    public bool TryApply(Push push, Action whenDurable)
    {
        var transaction = new StoreTransaction();
        if (push.From == TransferCursor.Start)
        {
            Begin(push, transaction);
        }
        else if (!_partial.TryGetValue(push.Object, out var expected) || expected != (push.Version, push.From))
        {
            return false;
        }

        if (push.Data.Span.ContainsAnyExcept((byte)0))
        {
            transaction.Add(new WriteData(push.Object, push.From.DataOffset, push.Data)); // Zeroes stay holes.
        }

        foreach (var (key, value) in push.Omap)
        {
            transaction.Add(new SetOmap(push.Object, key, value));
        }

        if (push.Next is { } next)
        {
            _partial[push.Object] = (push.Version, next);
        }
        else
        {
            _partial.Remove(push.Object);
            transaction.Add(new SetVersion(push.Object, push.Version, push.ModifiedUnixMs));
            if (pg.Missing.TryGet(push.Object, out MissingItem item) && item.Need == push.Version)
            {
                pg.Missing.Remove(push.Object);
                PgStorage.AddMissing(transaction, pg.Missing, push.Object);
            }
        }

        pg.Durability.Persist(transaction, whenDurable);
        return true;
    }

    private void Begin(Push push, StoreTransaction transaction)
    {
        if (push.Next is not null && pg.LastBackfill.Covers(push.Object))
        {
            // What is here now goes: it can't be gone back to any more. It may be whole (the answer to the last piece was lost), or rotten.
            Eversion need = pg.Missing.TryGet(push.Object, out MissingItem item) ? item.Need : push.Version;
            pg.Missing.Set(new MissingItem(push.Object, need, Eversion.Zero));
            PgStorage.AddMissing(transaction, pg.Missing, push.Object);
        }

        transaction.Add(new RemoveObject(push.Object)).Add(new TouchObject(push.Object));
        if (push.Size > 0)
        {
            transaction.Add(new TruncateData(push.Object, push.Size));
        }

        foreach (var (name, value) in push.Xattrs)
        {
            transaction.Add(new SetXattr(push.Object, name, value));
        }
    }
}
