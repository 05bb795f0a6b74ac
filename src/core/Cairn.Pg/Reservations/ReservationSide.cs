namespace Cairn.Pg;

/// <summary>Recovery and backfill hold a local reservation on the primary's OSD, and a remote one on each OSD that receives.</summary>
public enum ReservationSide
{
    Local = 0,
    Remote = 1,
}
