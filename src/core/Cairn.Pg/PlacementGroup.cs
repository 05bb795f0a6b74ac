using Cairn.Maps;
using Cairn.Objects.Transactions;
using Cairn.Pg.Effects;
using Cairn.Pg.Inputs;
using Cairn.Pg.Messages;

namespace Cairn.Pg;

/// <summary>
/// One copy of one PG: its whole mind. A deterministic machine: an input, the time and what the catalog shows give the new state and effects.
/// It does nothing itself. One caller at a time; inputs in the order they happened.
/// </summary>
public sealed class PlacementGroup
{
    private PlacementGroup(PgId id, PgEnvironment environment, OsdMap map)
    {
        Id = id;
        Environment = environment;
        Map = map;
    }

    public PgId Id { get; }

    public PgEnvironment Environment { get; }

    /// <summary>The newest map it was told.</summary>
    public OsdMap Map { get; private set; }

    /// <summary>After a restart it needs every epoch from this one on: older maps may be trimmed.</summary>
    public Epoch StoredEpoch { get; private set; }

    /// <summary>
    /// A new, empty copy at the epoch of <paramref name="map"/>. On the epoch a pool is created: with a history that has only
    /// <see cref="PgHistory.EpochCreated"/>, and no past intervals; later: with what <see cref="PastIntervals.Build"/> gave.
    /// </summary>
    /// <remarks>Carry out the effects, feed later epochs, then <see cref="ActMap"/>.</remarks>
    public static PlacementGroup Create(
        PgId pg, OsdMap map, PgHistory history, PastIntervals past, PgEnvironment environment, PgTime now, EffectList effects) =>
        new(pg, environment, map);

    /// <summary>
    /// A new copy to handle a message with <see cref="PgMessage.CreatesPg"/> (a stray's notify to a primary without the PG; a primary's order to activate).
    /// Not if the pool is gone or has fewer PGs in the current map.
    /// </summary>
    /// <param name="map">Of the message's epoch. Feed later epochs, then <see cref="ActMap"/>, then the message.</param>
    public static PlacementGroup CreateFor(PgMessage message, OsdMap map, PgEnvironment environment, PgTime now, EffectList effects) =>
        new(message.Pg, environment, map);

    /// <summary>What to answer to a message for a PG that this OSD has no copy of; null: nothing.</summary>
    public static PgMessage? AnswerForAbsent(PgMessage message, OsdMap map) =>
        message is PgQuery { Kind: QueryKind.Info }
            ? new PgNotify(new PgInfo { Pg = message.Pg }, PastIntervals.None, LeaseMs: 0) { Pg = message.Pg, Epoch = map.Epoch }
            : null;

    /// <summary>The epoch to <see cref="Load"/> a stored PG at; null if the collection holds no whole PG (a split that was cut off: its parent repeats it).</summary>
    public static Epoch? StoredEpochOf(IObjectCatalog catalog, PgId pg) => null;

    /// <summary>The copy as the store has it. Carry out the effects, feed later epochs, then <see cref="ActMap"/>.</summary>
    /// <param name="map">Of the epoch <see cref="StoredEpochOf"/> told.</param>
    public static PlacementGroup Load(PgId pg, OsdMap map, PgEnvironment environment, PgTime now, EffectList effects) =>
        new(pg, environment, map);

    public void Handle(PgInput input, PgTime now, EffectList effects)
    {
    }
}
