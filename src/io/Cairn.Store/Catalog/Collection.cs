using Cairn.Maps;
using Cairn.Store.Index;

namespace Cairn.Store.Catalog;

/// <summary>One PG's objects in listing order, its metadata keys, and where its log is. Values are in the index.</summary>
internal sealed class Collection(ulong id, PgId pg)
{
    private const int LoadedAtOnceMin = 1024;
    private List<ObjectPlace>? _loading;

    public ulong Id { get; } = id;

    public PgId Pg { get; } = pg;

    public PlaceList Objects { get; } = new();

    /// <summary>Key to the number of its record.</summary>
    public SortedBlocks<string, ulong, NameOrder> Meta { get; } = new();

    /// <summary>In the order of their versions, which do not overlap.</summary>
    public List<LogBlock> Log { get; } = [];

    /// <summary>Takes in an object read from the checkpoint, where they come in no order.</summary>
    public void Load(ObjectPlace place)
    {
        (_loading ??= []).Add(place);

        // What waits to be sorted in stays a small part of all.
        if (_loading.Count >= Math.Max(LoadedAtOnceMin, Objects.Count / 4))
        {
            EndLoad();
        }
    }

    /// <summary>All were read.</summary>
    public void EndLoad()
    {
        if (_loading is { } places)
        {
            places.Sort();
            Objects.Merge(places);
            _loading = null;
        }
    }
}
