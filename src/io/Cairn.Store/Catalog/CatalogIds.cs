namespace Cairn.Store.Catalog;

/// <summary>Numbers for collections, objects and entries: each given once, so that no two index records ever share a key.</summary>
internal sealed class CatalogIds
{
    private ulong _next = 1;

    public ulong Next() => _next++;

    /// <summary>The number is in use already: read from the checkpoint.</summary>
    public void Taken(ulong id) => _next = Math.Max(_next, id + 1);
}
