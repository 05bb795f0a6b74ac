using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Operations;
using Cairn.Pg;
using Cairn.Pg.Storage;
using Cairn.Simulation.Cluster;
using Cairn.Simulation.History;
using Cairn.Simulation.Stores;

namespace Cairn.Simulation.Checkers;

/// <summary>
/// The stored PG logs are the history: alike on all copies, no request in them twice, every acknowledged change in them as long as they reach
/// back, and the objects as their newest entries say.
/// </summary>
/// <param name="history">
/// Whether what clients were told must be in the logs too: not where disks died that held the only copy.
/// </param>
public sealed class LogChecker(bool history) : IChecker
{
    private const string Promise = "the log is the history";

    public IEnumerable<Violation> Check(World world)
    {
        OsdMap map = world.Monitor.Map;
        var acknowledged = world.Operations.ByObject.SelectMany(static o => o.Value)
            .Where(static o => o.Reply is { Status: OpStatus.Ok } && o.Steps.Any(static s => s.IsWrite))
            .ToLookup(o => PgOf(map, o.Object));
        foreach (Pool pool in map.Pools.Values)
        {
            for (uint seed = 0; seed < pool.PgNum; seed++)
            {
                var pg = new PgId(pool.Id, seed);
                foreach (string wrong in CheckPg(world, map, pg, history ? acknowledged[pg] : []))
                {
                    yield return new Violation(Promise, $"pg {pg}: {wrong}");
                }
            }
        }
    }

    private static PgId? PgOf(OsdMap map, ObjectId id) =>
        map.Pools.TryGetValue(id.Pool, out Pool? pool) ? new PgId(id.Pool, ObjectHash.StableMod(id.Hash, pool.PgNum, ObjectHash.MaskFor(pool.PgNum))) : null;

    private IEnumerable<string> CheckPg(World world, OsdMap map, PgId pg, IEnumerable<Operation> acknowledged)
    {
        PgMapping mapping = world.Placement.Map(map, pg);
        PgLog? first = null;
        foreach (OsdId osd in mapping.Acting)
        {
            ModelStore store = world.Osds[osd.Value].Disk.Store;
            if (!store.CollectionExists(pg))
            {
                continue; // The replica checker says so.
            }

            StoredPg stored = PgStorage.Read(store, pg);
            foreach (string wrong in CheckCopy(store, pg, stored).Concat(first is null ? [] : Compare(first, stored.Log)))
            {
                yield return $"{osd}: {wrong}";
            }

            first ??= stored.Log;
        }

        foreach (Operation operation in acknowledged)
        {
            bool isKnown = first is null || first.TryFindRequest(operation.Id, out _);
            if (!isKnown && operation.Reply!.Version > first!.Tail)
            {
                yield return $"the log does not have {OperationText.Of(operation)}";
            }
        }
    }

    private IEnumerable<string> CheckCopy(ModelStore store, PgId pg, StoredPg stored)
    {
        var requests = new HashSet<RequestId>();
        var latest = new Dictionary<ObjectId, LogEntry>();
        for (int i = 0; i < stored.Log.Count; i++)
        {
            LogEntry entry = stored.Log[i];
            if (entry.Request != default && !requests.Add(entry.Request))
            {
                yield return $"request {entry.Request} was carried out twice, the second time as {entry}";
            }

            if (entry.ChangesObject)
            {
                latest[entry.Object] = entry;
            }
        }

        if (!stored.Missing.IsEmpty)
        {
            yield return $"{stored.Missing.Count} objects are missing in a clean PG";
        }

        foreach (LogEntry entry in latest.Values)
        {
            Eversion? there = store.TryStat(pg, entry.Object, out ObjectStat stat) ? stat.Version : null;
            if (there != (entry.IsDelete ? null : entry.Version))
            {
                yield return $"{entry.Object} is {there?.ToString() ?? "absent"}, after {entry}";
            }
        }

        IReadOnlyList<(ObjectId Id, ObjectStat Stat)> objects = store.ListObjects(pg, null, int.MaxValue);
        long bytes = objects.Sum(static o => (long)o.Stat.Size);
        if (objects.Count != stored.Info.ObjectCount || bytes != stored.Info.Bytes)
        {
            yield return $"it counts {stored.Info.ObjectCount} objects and {stored.Info.Bytes} bytes, and holds {objects.Count} and {bytes}";
        }
    }

    private static IEnumerable<string> Compare(PgLog first, PgLog other)
    {
        if (first.Head != other.Head)
        {
            yield return $"its log ends at {other.Head}, the primary's at {first.Head}";
        }

        Eversion tail = first.Tail > other.Tail ? first.Tail : other.Tail;
        var left = Entries(first).Where(e => e.Version > tail);
        var right = Entries(other).Where(e => e.Version > tail);
        if (!left.SequenceEqual(right))
        {
            yield return $"its log is not the primary's after {tail}";
        }
    }

    private static IEnumerable<LogEntry> Entries(PgLog log) => Enumerable.Range(0, log.Count).Select(i => log[i]);
}
