using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Operations;
using Cairn.Objects.Transactions;

namespace Cairn.Pg.Ops;

/// <summary>Lists a PG's objects in their order, a page at a time, as clients see them.</summary>
public static class ObjectLister
{
    private const int Batch = 256;

    /// <param name="missing">Objects the primary knows of but does not hold yet, in order: they exist all the same.</param>
    /// <param name="isGone">Whether an object the store still holds is removed by what the log says.</param>
    public static StepResult List(
        IObjectCatalog catalog, PgId pg, ListObjectsOp op, OpLimits limits, IEnumerable<ObjectId>? missing = null, Func<ObjectId, bool>? isGone = null)
    {
        int max = Math.Min(op.Max, limits.ListEntriesMax);
        var found = new List<ObjectId>(Math.Min(max, Batch));
        foreach (ObjectId id in Merged(Stored(catalog, pg, op.After), Behind(missing, op.After)))
        {
            if (id.Snapshot != ObjectId.Head || (op.Namespace is not null && id.Namespace != op.Namespace) || isGone?.Invoke(id) == true)
            {
                continue;
            }

            if (found.Count == max)
            {
                return new StepResult(OpStatus.Ok) { Objects = found, More = true };
            }

            found.Add(id);
        }

        return new StepResult(OpStatus.Ok) { Objects = found };
    }

    private static IEnumerable<ObjectId> Stored(IObjectCatalog catalog, PgId pg, ObjectId? after)
    {
        while (true)
        {
            IReadOnlyList<(ObjectId Id, ObjectStat Stat)> batch = catalog.ListObjects(pg, after, Batch);
            foreach (var (id, _) in batch)
            {
                yield return id;
            }

            if (batch.Count < Batch)
            {
                yield break;
            }

            after = batch[^1].Id;
        }
    }

    private static IEnumerable<ObjectId> Behind(IEnumerable<ObjectId>? ids, ObjectId? after) =>
        (ids ?? []).Where(id => after is null || id.CompareTo(after) > 0);

    private static IEnumerable<ObjectId> Merged(IEnumerable<ObjectId> left, IEnumerable<ObjectId> right)
    {
        using IEnumerator<ObjectId> a = left.GetEnumerator(), b = right.GetEnumerator();
        bool hasA = a.MoveNext(), hasB = b.MoveNext();
        while (hasA || hasB)
        {
            int order = !hasA ? 1 : !hasB ? -1 : a.Current.CompareTo(b.Current);
            yield return order <= 0 ? a.Current : b.Current;
            hasA = order <= 0 ? a.MoveNext() : hasA;
            hasB = order >= 0 ? b.MoveNext() : hasB;
        }
    }
}
