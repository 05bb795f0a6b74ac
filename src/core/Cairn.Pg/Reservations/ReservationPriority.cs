namespace Cairn.Pg.Reservations;

/// <summary>Who recovers first. Source: Ceph, <c>OSD_RECOVERY_PRIORITY_*</c>: losing redundancy counts more than being misplaced.</summary>
internal static class ReservationPriority
{
    public const int Backfill = 100;
    public const int DegradedBackfill = 140;
    public const int Recovery = 180;
    public const int Inactive = 220;
    public const int Forced = 255;

    /// <summary>Scrubs have a book of their own: one an admin ordered before those that are merely due.</summary>
    public const int OrderedScrub = 20;
    public const int DueScrub = 10;
}
