namespace Cairn.Store.Catalog;

/// <summary>The order of places: their own.</summary>
internal readonly struct PlaceOrder : IComparer<ObjectPlace>
{
    public int Compare(ObjectPlace x, ObjectPlace y) => x.CompareTo(y);
}
