using Cairn.Objects;

namespace Cairn.Store.Catalog;

/// <summary>Lists a collection in the order of <see cref="ObjectId"/>: by hash from the places, objects of one hash by their identity.</summary>
internal static class ObjectLister
{
    public static List<(ObjectId Id, ObjectStat Stat)> List(StoreCatalog catalog, Collection collection, ObjectId? after, int max)
    {
        var result = new List<(ObjectId, ObjectStat)>();
        var sameHash = new List<Onode>();
        IEnumerable<ObjectPlace> places = after is null ? collection.Objects.All() : collection.Objects.From(ObjectPlace.FirstOf(after));
        foreach (ObjectPlace place in places)
        {
            if (sameHash.Count > 0 && !place.SameHash(sameHash[0].Id))
            {
                Flush(sameHash, after, max, result);
            }

            if (result.Count >= max)
            {
                return result;
            }

            sameHash.Add(catalog.ByUid(place.Uid));
        }

        Flush(sameHash, after, max, result);
        return result;
    }

    private static void Flush(List<Onode> sameHash, ObjectId? after, int max, List<(ObjectId, ObjectStat)> result)
    {
        foreach (Onode onode in sameHash.OrderBy(static o => o.Id))
        {
            if (result.Count < max && (after is null || onode.Id.CompareTo(after) > 0))
            {
                result.Add((onode.Id, onode.Stat));
            }
        }

        sameHash.Clear();
    }
}
