using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Operations;
using Cairn.Pg.Messages;

namespace Cairn.Pg.Inputs;

/// <summary>Something that happened to a PG. Inputs of one PG are handled one after another.</summary>
public abstract record PgInput;

/// <summary>The next epoch. Every epoch is told, in order; the reaction to the last of a batch comes with <see cref="ActMap"/>.</summary>
public sealed record MapAdvanced(OsdMap Map) : PgInput;

/// <summary>No further epoch is at hand: act on the present one (start peering, ask for up_thru, ...). Also follows Create and Load.</summary>
public sealed record ActMap : PgInput;

/// <summary>A message of the same PG on another OSD. Messages of one sender arrive in the order sent; they may be lost with a connection.</summary>
public sealed record MessageReceived(OsdId From, PgMessage Message) : PgInput;

/// <param name="ConnectionToken">Names the client's connection for the answer.</param>
public sealed record ClientOp(OsdOp Op, long ConnectionToken) : PgInput;

/// <summary>Every transaction of this PG up to and including that of the token is on stable media.</summary>
public sealed record Persisted(ulong Token) : PgInput;

/// <summary>The answer to a <see cref="Effects.ReadData"/>.</summary>
/// <param name="Data">Null if the object is not there or <paramref name="Error"/> is set. Lent until the reply or message made of it was sent.</param>
/// <param name="Error">The copy could not be read or its checksum was wrong.</param>
public sealed record DataRead(ulong Token, ReadOnlyMemory<byte>? Data, string? Error = null) : PgInput;

/// <summary>Time passed: at least once a second, and at every <see cref="Effects.WakeAt"/>.</summary>
public sealed record Tick : PgInput;

/// <summary>The OSD's reserver has given what <see cref="Effects.RequestReservation"/> asked for.</summary>
public sealed record ReservationGranted(ReservationSide Side) : PgInput;

/// <summary>The OSD's reserver takes a grant back for one of higher priority; it counts as released.</summary>
public sealed record ReservationRevoked(ReservationSide Side) : PgInput;

/// <summary>The OSD is too full to take the backfill it was asked to reserve.</summary>
public sealed record ReservationRejected(ReservationSide Side) : PgInput;

/// <summary>The parent's <see cref="Effects.SplitCompleted"/>.</summary>
public sealed record SplitDurable : PgInput;

/// <summary>The OSD's own store has no room for client writes (or has again).</summary>
public sealed record StoreFullChanged(bool IsFull) : PgInput;

/// <summary>An admin's order to the primary. What happened is told by <see cref="Effects.PgEvent"/> and the stats.</summary>
public abstract record AdminCommand : PgInput;

/// <param name="Repair">Rewrite bad copies from good ones. Implies deep.</param>
public sealed record ScrubCommand(bool Deep, bool Repair) : AdminCommand;

/// <summary>Gives up on unfound objects: back to an older version that exists (or nothing), or deleted. Never done without an admin.</summary>
public sealed record MarkUnfoundLost(bool Delete) : AdminCommand;

/// <summary>Recovers this PG before others.</summary>
public sealed record ForceRecovery(bool Force) : AdminCommand;

/// <summary>Recovers one object at once although nobody asked to read it: scrub's repair, after it marked copies missing.</summary>
public sealed record RecoverObject(ObjectId Object) : AdminCommand;
