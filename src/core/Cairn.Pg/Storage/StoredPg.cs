namespace Cairn.Pg.Storage;

/// <summary>A PG as its collection has it.</summary>
/// <param name="Epoch">The newest map it had acted on.</param>
internal sealed record StoredPg(PgInfo Info, Maps.Epoch Epoch, PastIntervals Past, PgLog Log, MissingSet Missing);
