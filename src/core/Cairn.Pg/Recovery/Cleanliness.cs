using Cairn.Maps;
using Cairn.Pg.Messages;
using Cairn.Pg.Peering;

namespace Cairn.Pg.Recovery;

/// <summary>Whether the PG is clean: every member of the up set has all of it. Only then the past is forgotten, and strays are told to go.</summary>
internal sealed class Cleanliness(PgCore pg)
{
    public bool IsClean { get; private set; }

    public void Lose() => IsClean = false;

    /// <returns>Whether it is clean from now on.</returns>
    public bool TryMarkClean()
    {
        // A lease of the past is forgotten with the past, so not before it ended.
        if (IsClean || !IsWhole() || !pg.Lease.MayServe)
        {
            return false;
        }

        if (pg.MustRecount)
        {
            if (pg.Replication.SubmittedIn == pg.InputSerial)
            {
                pg.WakeAt(pg.NowMs); // The catalog doesn't show that write yet.
                return false;
            }

            pg.Recount();
        }

        IsClean = true;
        pg.History = pg.History with { LastEpochClean = pg.Map.Epoch, LastIntervalClean = pg.Interval.Since };
        pg.Past = PastIntervals.None;
        pg.ShareHistory();
        if (pg.Map.PgTemp.ContainsKey(pg.Id))
        {
            pg.RequestPgTemp([]);
        }

        foreach (Peer peer in pg.Peers.All.ToArray())
        {
            RemoveStray(peer.Osd);
        }

        pg.Stats.MarkClean();
        return true;
    }

    /// <summary>A copy outside the sets is of no use any more.</summary>
    public void RemoveStray(OsdId osd)
    {
        if (!pg.Interval.IsMember(osd))
        {
            pg.Send(osd, new PgRemove { Pg = pg.Id, Epoch = pg.Map.Epoch });
            pg.Peers.Forget(osd);
        }
    }

    private bool IsWhole() =>
        pg.Missing.IsEmpty && !pg.Backfills.AreNeeded
        && pg.Replicas.All(o => pg.Peers[o].Missing is { IsEmpty: true })
        && pg.Interval.ActingCount == pg.Pool.Size
        && pg.Interval.Acting.Order().SequenceEqual(pg.Interval.Up.Order());
}
