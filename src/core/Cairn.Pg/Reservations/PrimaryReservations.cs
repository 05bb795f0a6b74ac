using Cairn.Maps;
using Cairn.Pg.Effects;
using Cairn.Pg.Messages;

namespace Cairn.Pg.Reservations;

/// <summary>What a primary must hold before it moves data: a place on its own OSD, then one on each that receives, in order of ids.</summary>
/// <remarks>The order of acquisition keeps two primaries from waiting for each other: the local place comes first, and is given back on a refusal.</remarks>
internal sealed class PrimaryReservations(PgCore pg, Action onGranted, Action onLost)
{
    private readonly SortedSet<OsdId> _toAsk = [];
    private readonly SortedSet<OsdId> _held = [];
    private long _askedAtMs;
    private int _priority;
    private bool _backfill;
    private bool _isLocalHeld;

    public bool IsWanted { get; private set; }

    public bool IsGranted { get; private set; }

    public void Request(int priority, bool backfill, IEnumerable<OsdId> receivers)
    {
        Release();
        IsWanted = true;
        _priority = priority;
        _backfill = backfill;
        _toAsk.UnionWith(receivers);
        pg.Effects.Add(new RequestReservation(ReservationSide.Local, priority, backfill));
    }

    public void Release()
    {
        if (!IsWanted)
        {
            return;
        }

        foreach (OsdId osd in _held.Concat(_isLocalHeld ? _toAsk.Take(1) : []))
        {
            pg.Send(osd, new ReserveRelease { Pg = pg.Id, Epoch = pg.Map.Epoch });
        }

        Forget();
        pg.Effects.Add(new ReleaseReservation(ReservationSide.Local));
    }

    public void EndInterval()
    {
        // The receivers see the interval end themselves.
        if (IsWanted)
        {
            Forget();
            pg.Effects.Add(new ReleaseReservation(ReservationSide.Local));
        }
    }

    public void OnLocalGranted()
    {
        if (IsWanted && !_isLocalHeld)
        {
            _isLocalHeld = true;
            AskNext();
        }
    }

    /// <summary>Taken back, here or there: all is given back, and asked for again by whoever still needs it.</summary>
    public void OnLost()
    {
        if (IsWanted)
        {
            Release();
            onLost();
        }
    }

    public void OnRemoteGranted(OsdId from)
    {
        if (IsWanted && _isLocalHeld && _toAsk.Remove(from))
        {
            _held.Add(from);
            AskNext();
        }
    }

    public void OnTick()
    {
        if (IsWanted && _isLocalHeld && _toAsk.Count > 0 && pg.NowMs - _askedAtMs >= pg.Options.ResendMs)
        {
            AskNext();
        }
    }

    private void AskNext()
    {
        _askedAtMs = pg.NowMs;
        if (_toAsk.Count > 0)
        {
            pg.Send(_toAsk.Min, new ReserveRequest(_priority, _backfill) { Pg = pg.Id, Epoch = pg.Map.Epoch });
        }
        else if (!IsGranted)
        {
            IsGranted = true;
            onGranted();
        }
    }

    private void Forget()
    {
        _toAsk.Clear();
        _held.Clear();
        IsWanted = false;
        IsGranted = false;
        _isLocalHeld = false;
    }
}
