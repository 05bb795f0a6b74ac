namespace Cairn.Osd.Scheduling;

/// <summary>What a class of work is promised, how it shares the rest, and what it may have at most. Rates are in cost units a second.</summary>
/// <param name="Reservation">Got in any case, whatever the others want. 0: nothing is promised.</param>
/// <param name="Weight">The share of what the reservations leave, against the other classes' weights.</param>
/// <param name="Limit">Not exceeded while clients are busy. 0: no limit.</param>
internal readonly record struct WorkShare(double Reservation, double Weight, double Limit);
