using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;
using Cairn.Pg.Messages;
using Cairn.Pg.Peering;
using Cairn.Pg.Storage;

namespace Cairn.Pg;

/// <summary>Who has what is missing here. An object nobody heard of has in its newest version is unfound: it waits for a copy to turn up, or for an admin.</summary>
/// <remarks>Source: Ceph, <c>MissingLoc</c>.</remarks>
internal sealed class ObjectSources(PgCore pg)
{
    /// <summary>Objects of which nobody heard has the newest version.</summary>
    public IEnumerable<MissingItem> Unfound => pg.Missing.Items.Where(m => Find(m.Object, m.Need) is null);

    /// <summary>A copy to recover the object from: one of the acting set if possible. Null: none is known.</summary>
    public OsdId? Find(ObjectId id, Eversion need)
    {
        foreach (OsdId osd in pg.Replicas)
        {
            if (pg.Peers.TryGet(osd, out Peer? replica) && replica.Has(id, need))
            {
                return osd;
            }
        }

        foreach (Peer peer in pg.Peers.All)
        {
            if (peer.Has(id, need))
            {
                return peer.Osd;
            }
        }

        return null;
    }

    /// <summary>Asks copies outside the acting set what they have, when nobody in it has all that is needed.</summary>
    public void Discover()
    {
        if (pg.Missing.IsEmpty || !Unfound.Any())
        {
            return;
        }

        foreach (Peer peer in pg.Peers.All.Where(IsUnasked))
        {
            pg.QueryMissing(peer);
        }
    }

    /// <returns>Whether the answer told what the copy lacks.</returns>
    public bool TryLearn(OsdId from, PgLogReply message)
    {
        if (!pg.Peers.TryGet(from, out Peer? peer) || peer.Missing is not null || !pg.CanContinueByLog(peer) || message.Info.LastUpdate < pg.Log.Tail)
        {
            return false;
        }

        pg.LearnMissing(peer, message);
        return true;
    }

    /// <summary>The copy was thought to have the object, and has not.</summary>
    public void NoteLacks(OsdId osd, ObjectId id, Eversion version)
    {
        if (pg.Peers.TryGet(osd, out Peer? peer) && peer.Missing is { } missing)
        {
            missing.Set(new MissingItem(id, version, Eversion.Zero));
        }
    }

    /// <summary>The copy here is unreadable: it counts as missing from now on.</summary>
    /// <returns>Whether another copy can replace it, as far as is known: those outside the acting set may have to be asked first.</returns>
    public bool LoseOwnCopy(ObjectId id)
    {
        if (!pg.Catalog.TryStat(pg.Id, id, out ObjectStat stat) || (Find(id, stat.Version) is null && !pg.Peers.All.Any(IsUnasked)))
        {
            return false;
        }

        if (pg.Clients.IsQuiet(id) && !pg.Missing.Contains(id))
        {
            pg.Missing.Set(new MissingItem(id, stat.Version, Eversion.Zero));
            var transaction = new StoreTransaction();
            PgStorage.AddMissing(transaction, pg.Missing, id);
            pg.Save(transaction);
            pg.Progress.OnCopyLost();
            Discover();
        }

        pg.Order.Need(id);
        pg.Progress.Evaluate();
        return true;
    }

    private bool IsUnasked(Peer peer) => peer.Missing is null && pg.CanContinueByLog(peer);
}
