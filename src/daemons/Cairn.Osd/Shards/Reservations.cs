using Cairn.Maps;
using Cairn.Pg;
using Cairn.Pg.Inputs;
using Cairn.Pg.Reservations;

namespace Cairn.Osd.Shards;

/// <summary>The OSD's two books of recovery reservations, shared by its shards.</summary>
internal sealed class Reservations(ShardSet shards, int backfillsMax, Func<bool> isBackfillFull)
{
    private readonly Lock _lock = new();
    private readonly Reserver _local = new(backfillsMax);
    private readonly Reserver _remote = new(backfillsMax);

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

    private Reserver Book(ReservationSide side) => side == ReservationSide.Local ? _local : _remote;

    private void Tell(ReservationSide side, IReadOnlyList<ReservationChange> changes)
    {
        foreach (ReservationChange change in changes)
        {
            PgInput input = change.Granted ? new ReservationGranted(side) : new ReservationRevoked(side);
            shards.Of(change.Pg).Post(new InputWork(change.Pg, input));
        }
    }
}
