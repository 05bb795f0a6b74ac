using Cairn.Maps;
using Cairn.Pg.Peering;

namespace Cairn.Pg.Backfill;

/// <summary>Once all copies are filled, the monitor is asked to end the <c>pg_temp</c>: the up set serves from then on.</summary>
internal sealed class ReturnToUpSet(PgCore pg)
{
    private long _askedAtMs;

    /// <summary>Another set would serve the PG better than the acting one.</summary>
    public bool IsNeeded => WantedActing() is { } wanted && !wanted.IsServedBy(pg.Interval);

    public void Ask()
    {
        if (_askedAtMs == 0 || pg.NowMs - _askedAtMs >= pg.Options.ResendMs)
        {
            _askedAtMs = pg.NowMs;
            pg.RequestPgTemp(WantedActing()!.PgTempFor(pg.Interval));
        }
    }

    private ActingChoice? WantedActing()
    {
        Interval interval = pg.Interval;
        if (interval.Primary == interval.UpPrimary && interval.Acting.AsSpan().SequenceEqual(interval.Up.AsSpan()))
        {
            return null;
        }

        foreach (OsdId osd in pg.Replicas)
        {
            Peer peer = pg.Peers[osd];
            peer.Info = peer.Info with { LastUpdate = pg.Log.Head, LogTail = pg.Log.Tail };
        }

        return pg.ChooseActing();
    }
}
