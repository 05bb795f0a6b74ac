namespace Cairn.Store.Index;

/// <summary>What an index record is. On disk; also the order in which a start reads them: what is referred to comes first.</summary>
internal enum IndexKind : uint
{
    /// <summary>A PG's collection. Owner: collection.</summary>
    Collection = 1,

    /// <summary>One metadata entry of a PG. Owner: collection; item: entry.</summary>
    Meta = 2,

    /// <summary>An object: identity, version, xattrs, and the extents of its first chunk. Owner: object.</summary>
    Onode = 3,

    /// <summary>The extents of one chunk of an object. Owner: object; item: chunk.</summary>
    Chunk = 4,

    /// <summary>One omap entry. Owner: object; item: entry.</summary>
    Omap = 5,

    /// <summary>A stretch of a PG's log. Owner: block.</summary>
    Log = 6,
}
