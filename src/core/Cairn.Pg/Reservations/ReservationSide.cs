namespace Cairn.Pg;

/// <summary>
/// Which of an OSD's books a reservation is in. Recovery and backfill hold a local one on the primary's OSD, and a remote one on each OSD that
/// receives; a scrub holds one on the primary's.
/// </summary>
public enum ReservationSide
{
    Local = 0,
    Remote = 1,

    /// <summary><c>osd_max_scrubs</c>: PGs of this OSD's that are scrubbed at a time.</summary>
    Scrub = 2,
}
