using Cairn.Maps;
using Cairn.Osd.Maps;
using Cairn.Pg;
using Cairn.Pg.Effects;
using Cairn.Pg.Inputs;
using Cairn.Pg.Messages;

namespace Cairn.Osd.Shards;

/// <summary>Something for a shard to do, in the order posted.</summary>
internal abstract record ShardWork;

/// <summary>An input for a PG that the shard hosts; nothing if it does not (any more).</summary>
internal sealed record InputWork(PgId Pg, PgInput Input) : ShardWork;

/// <summary>A client's request.</summary>
internal sealed record ClientWork(ClientRequest Request) : ShardWork;

/// <summary>A message of another OSD's copy; <paramref name="Payload"/> is given.</summary>
/// <param name="IsLate">It came when all shards had the message's map, and was put behind what they had posted by then.</param>
internal sealed record MessageWork(OsdId From, PgMessage Message, ReadOnlyMemory<byte> Data, IDisposable Payload, bool IsLate = false) : ShardWork;

/// <summary>What a copy read of an object; <paramref name="Buffer"/> is given.</summary>
internal sealed record DataReadWork(PgId Pg, ReadData Read, Store.StoreBuffer? Buffer, string? Error) : ShardWork;

internal sealed record CommittedWork(PgId Pg, ulong Token) : ShardWork;

/// <summary>Epochs in order, continuing those the shard has.</summary>
internal sealed record MapsWork(IReadOnlyList<MapView> Maps) : ShardWork;

/// <summary>A PG to host: split off another, maybe of another shard.</summary>
internal sealed record AdoptWork(PlacementGroup Group) : ShardWork;

/// <summary>A PG that the store holds, to be loaded at the map of its stored epoch.</summary>
internal sealed record LoadWork(PgId Pg, OsdMap Map) : ShardWork;

/// <summary>The past of a PG that this OSD is to lead but has no copy of, fetched from the monitors; empty if they no longer have it.</summary>
internal sealed record HistoryWork(PgId Pg, IReadOnlyList<OsdMap> Maps) : ShardWork;

/// <param name="All">False: only the PGs whose time to wake has come.</param>
internal sealed record TickWork(bool All) : ShardWork
{
    public static TickWork Everyone { get; } = new(true);

    public static TickWork Due { get; } = new(false);
}

/// <summary>Runs with the shard's PGs at rest: for queries.</summary>
internal sealed record QueryWork(Action<Shard> Run) : ShardWork;
