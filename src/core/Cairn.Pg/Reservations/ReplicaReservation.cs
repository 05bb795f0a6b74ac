using Cairn.Maps;
using Cairn.Pg.Effects;
using Cairn.Pg.Messages;
using Cairn.Pg.Peering;

namespace Cairn.Pg.Reservations;

/// <summary>A receiving copy's place among the recoveries of its OSD, held for the primary.</summary>
internal sealed class ReplicaReservation(PgCore pg)
{
    private bool _isRequested;
    private bool _isHeld;

    public void OnRequest(OsdId from, ReserveRequest message)
    {
        if (from != pg.Interval.Primary || pg.State is not ReplicaActive)
        {
            return;
        }

        if (_isHeld)
        {
            pg.Send(from, new ReserveGrant { Pg = pg.Id, Epoch = pg.Map.Epoch });
        }
        else if (!_isRequested)
        {
            _isRequested = true;
            pg.Effects.Add(new RequestReservation(ReservationSide.Remote, message.Priority, message.Backfill));
        }
    }

    public void OnRelease(OsdId from)
    {
        if (from == pg.Interval.Primary)
        {
            EndInterval();
        }
    }

    public void OnGranted()
    {
        if (_isRequested)
        {
            _isHeld = true;
            pg.Send(pg.Interval.Primary, new ReserveGrant { Pg = pg.Id, Epoch = pg.Map.Epoch });
        }
    }

    public void OnRevoked()
    {
        if (_isRequested)
        {
            _isRequested = _isHeld = false;
            pg.Send(pg.Interval.Primary, new ReserveRelease { Pg = pg.Id, Epoch = pg.Map.Epoch });
        }
    }

    public void OnRejected()
    {
        if (_isRequested)
        {
            _isRequested = _isHeld = false;
            pg.Send(pg.Interval.Primary, new ReserveReject { Pg = pg.Id, Epoch = pg.Map.Epoch });
        }
    }

    public void EndInterval()
    {
        if (_isRequested)
        {
            _isRequested = _isHeld = false;
            pg.Effects.Add(new ReleaseReservation(ReservationSide.Remote));
        }
    }
}
