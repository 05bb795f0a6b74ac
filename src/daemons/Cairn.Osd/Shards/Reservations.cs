using Cairn.Maps;
using Cairn.Pg;
using Cairn.Pg.Inputs;
using Cairn.Pg.Reservations;

namespace Cairn.Osd.Shards;

/// <summary>The OSD's books of reservations, shared by its shards.</summary>
internal sealed class Reservations(ShardSet shards, int backfillsMax, Func<bool> isBackfillFull)
{
    /// <summary>Source: Ceph, <c>osd_max_scrubs</c> before Reef: one scrub reads a disk as fast as it should be read beside clients.</summary>
    private const int ScrubsMax = 1;

    private readonly Lock _lock = new();
    private readonly Reserver _local = new(backfillsMax);
    private readonly Reserver _remote = new(backfillsMax);
    private readonly Reserver _scrubs = new(ScrubsMax);

    public void Request(PgId pg, ReservationSide side, int priority, bool backfill)
    {
        if (side == ReservationSide.Remote && backfill && isBackfillFull())
        {
            shards.Of(pg).Post(new InputWork(pg, new ReservationRejected(side)));
            return;
        }

        lock (_lock)
        {
            Tell(side, Book(side).Request(pg, priority));
        }
    }

    public void Release(PgId pg, ReservationSide side)
    {
        lock (_lock)
        {
            Tell(side, Book(side).Release(pg));
        }
    }

    private Reserver Book(ReservationSide side) => side switch
    {
        ReservationSide.Local => _local,
        ReservationSide.Remote => _remote,
        ReservationSide.Scrub => _scrubs,
        _ => throw new ArgumentOutOfRangeException(nameof(side), side, "there is no such book"),
    };

    private void Tell(ReservationSide side, IReadOnlyList<ReservationChange> changes)
    {
        foreach (ReservationChange change in changes)
        {
            PgInput input = change.Granted ? new ReservationGranted(side) : new ReservationRevoked(side);
            shards.Of(change.Pg).Post(new InputWork(change.Pg, input));
        }
    }
}
