using Cairn.Maps;
using Cairn.Store.Index;

namespace Cairn.Store.Catalog;

/// <summary>One PG's objects in listing order, its metadata keys, and where its log is. Values are in the index.</summary>
internal sealed class Collection(ulong id, PgId pg)
{
    public ulong Id { get; } = id;

    public PgId Pg { get; } = pg;

    public SortedBlocks<ObjectPlace, byte, PlaceOrder> Objects { get; } = new();

    /// <summary>Objects read from the checkpoint, unsorted, until all are.</summary>
    public List<ObjectPlace>? Loading { get; set; }

    /// <summary>Key to the number of its record.</summary>
    public SortedBlocks<string, ulong, NameOrder> Meta { get; } = new();

    /// <summary>In the order of their versions, which do not overlap.</summary>
    public List<LogBlock> Log { get; } = [];
}
