using System.Collections.Immutable;
using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Operations;
using Cairn.Objects.Transactions;
using Cairn.Pg.Messages;

namespace Cairn.Pg.Effects;

/// <summary>Something the shell must do, in the order of the list. Effects that must follow durability come only after <see cref="Inputs.Persisted"/>.</summary>
public abstract record PgEffect;

public sealed record Send(OsdId To, PgMessage Message) : PgEffect;

public sealed record ReplyToClient(long ConnectionToken, OsdOpReply Reply) : PgEffect;

/// <summary>This OSD does not serve the op: the client must get a map of at least <paramref name="MapEpoch"/>, recompute and resend.</summary>
public sealed record DropClientOp(long ConnectionToken, RequestId Id, Epoch MapEpoch) : PgEffect;

/// <summary>Submit to the store. The catalog must show it before the next input; <see cref="Inputs.Persisted"/> follows when it is durable.</summary>
/// <param name="Token">Grows by one with each Persist of the PG.</param>
/// <param name="Collection">Null: the PG's own. A child's, when the PG splits: what it starts from; its <see cref="Inputs.Persisted"/> speaks for itself alone.</param>
public sealed record Persist(StoreTransaction Transaction, ulong Token, PgId? Collection = null) : PgEffect;

/// <summary>Read data as of now (later transactions may show or not; the core keeps writers away). Answered by <see cref="Inputs.DataRead"/>.</summary>
/// <param name="Purpose">Whose share of the disk it takes.</param>
public sealed record ReadData(ulong Token, ObjectId Object, ulong Offset, int Length, ReadPurpose Purpose) : PgEffect;

/// <summary>Ask the monitor for up_thru at least <paramref name="Epoch"/> of this OSD. Repeated while waiting.</summary>
public sealed record RequestUpThru(Epoch Epoch) : PgEffect;

/// <summary>Ask the monitor to have the PG served by these; empty: by the up set. Repeated while waiting.</summary>
public sealed record RequestPgTemp(ImmutableArray<OsdId> Acting) : PgEffect;

/// <summary>A message or op of a newer epoch waits here: get the maps up to it.</summary>
public sealed record RequestMap(Epoch Epoch) : PgEffect;

/// <summary>Ask the OSD's <see cref="Reservations.Reserver"/> of that side. At most one request or grant of a side is out at a time.</summary>
/// <param name="Backfill">A remote one adds data to this OSD: the shell rejects it if the store is over the backfillfull ratio.</param>
public sealed record RequestReservation(ReservationSide Side, int Priority, bool Backfill) : PgEffect;

/// <summary>Gives back a grant or withdraws a request.</summary>
public sealed record ReleaseReservation(ReservationSide Side) : PgEffect;

/// <summary>Tick again at this monotonic time, or a little later; the earliest of several counts. A time already past means at once, after these effects.</summary>
public sealed record WakeAt(long MonotonicMs) : PgEffect;

/// <summary>What the primary knows of its PG changed. Volatile: send the latest to the monitor now and then.</summary>
public sealed record PublishStats(PgStats Stats) : PgEffect;

/// <summary>
/// New PGs split off this one: host them beside it at once. They have seen the epoch that is now handled; feed them the later ones, then
/// <see cref="Inputs.ActMap"/>.
/// </summary>
public sealed record PgsSplit(ImmutableArray<PlacementGroup> Children) : PgEffect;

/// <summary>The split is on stable media: give each child <see cref="Inputs.SplitDurable"/>. Until then it stores nothing of its own.</summary>
public sealed record SplitCompleted(ImmutableArray<PgId> Children) : PgEffect;

/// <summary>The PG's data is gone from stable media: forget it.</summary>
public sealed record PgRemoved : PgEffect;

/// <summary>For people: the log, and <c>cairn watch</c>.</summary>
public sealed record PgEvent(PgEventLevel Level, string Text) : PgEffect;

public enum PgEventLevel
{
    Debug,
    Info,
    Warning,
    Error,
}
