using Cairn.Maps;

namespace Cairn.Pg.Reservations;

/// <summary>
/// One book of an OSD: which PGs may recover (local) or receive recovery (remote) now. Higher priority first, then first come; a waiting request
/// of much higher priority takes the place of the lowest grant.
/// </summary>
/// <remarks>Source: Ceph, <c>AsyncReserver</c> and <c>osd_max_backfills</c>. Pure: the owner carries out what the calls return.</remarks>
public sealed class Reserver(int slotsMax)
{
    private readonly List<Entry> _granted = [];
    private readonly List<Entry> _waiting = [];
    private ulong _arrivals;

    /// <summary>Grants at a time. A lower value takes effect as grants are released.</summary>
    public int SlotsMax { get; set; } = slotsMax;

    public int GrantedCount => _granted.Count;

    public int WaitingCount => _waiting.Count;

    /// <returns>What changed, in order: tell each PG.</returns>
    public IReadOnlyList<ReservationChange> Request(PgId pg, int priority)
    {
        Forget(pg);
        _waiting.Add(new Entry(pg, priority, _arrivals++));
        return Settle();
    }

    /// <summary>Ends a grant or withdraws a request; no effect if there is none.</summary>
    public IReadOnlyList<ReservationChange> Release(PgId pg)
    {
        Forget(pg);
        return Settle();
    }

    private void Forget(PgId pg)
    {
        _granted.RemoveAll(e => e.Pg == pg);
        _waiting.RemoveAll(e => e.Pg == pg);
    }

    private List<ReservationChange> Settle()
    {
        var changes = new List<ReservationChange>();
        while (_waiting.Count > 0)
        {
            Entry next = _waiting.MinBy(static e => (-e.Priority, e.Arrival))!;
            if (_granted.Count >= SlotsMax)
            {
                Entry? victim = _granted.MinBy(static e => (e.Priority, ulong.MaxValue - e.Arrival));
                if (victim is null || victim.Priority + PreemptionGap > next.Priority)
                {
                    break;
                }

                _granted.Remove(victim);
                changes.Add(new ReservationChange(victim.Pg, Granted: false));
            }

            _waiting.Remove(next);
            _granted.Add(next);
            changes.Add(new ReservationChange(next.Pg, Granted: true));
        }

        return changes;
    }

    /// <summary>Two ordinary degrees of urgency must not take turns in throwing each other out.</summary>
    private const int PreemptionGap = 50;

    private sealed record Entry(PgId Pg, int Priority, ulong Arrival);
}

/// <param name="Granted">False: the grant was taken back.</param>
public readonly record struct ReservationChange(PgId Pg, bool Granted);
