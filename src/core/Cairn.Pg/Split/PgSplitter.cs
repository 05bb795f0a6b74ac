using System.Collections.Immutable;
using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;
using Cairn.Pg.Storage;

namespace Cairn.Pg;

/// <summary>
/// Cuts a PG in two or more where its pool's pg_num grew. Children start with the parent's past, and their share of its log, missing set and objects.
/// </summary>
/// <remarks>
/// Two collections can't change in one transaction, so: first each child's metadata is stored in its own collection, then, in one transaction, the
/// parent's objects move and its stored epoch passes the split. Until that one is durable nothing else of parent or children is submitted. After a
/// crash in between the parent is still before the split, which tells that a child found beside it does not count; the split is done again.
/// </remarks>
internal static class PgSplitter
{
    private const int ListBatch = 1024;

    public static ImmutableArray<PgCore> Split(PgCore parent, IReadOnlyList<PgId> children)
    {
        uint pgNum = parent.Pool.PgNum;
        uint mask = ObjectHash.MaskFor(pgNum);
        var (counts, bytes) = Count(parent, pgNum, mask);
        parent.History = parent.History with { LastEpochSplit = parent.Map.Epoch };

        var cores = ImmutableArray.CreateBuilder<PgCore>();
        var move = new StoreTransaction();
        int unstored = children.Count;
        parent.Durability.Hold();
        foreach (PgId child in children)
        {
            bool IsChilds(ObjectId id) => ObjectHash.StableMod(id.Hash, pgNum, mask) == child.Seed;
            PgCore core = Make(parent, child, IsChilds, counts.GetValueOrDefault(child.Seed), bytes.GetValueOrDefault(child.Seed));
            cores.Add(core);
            parent.Durability.PersistElsewhere(ChildTransaction(parent, core), child, () =>
            {
                if (--unstored == 0)
                {
                    parent.Durability.Release();
                }
            });
            move.Add(new SplitCollection(child, pgNum));
        }

        parent.Keep(
            new MissingSet(parent.Missing.Items.Where(m => ObjectHash.StableMod(m.Object.Hash, pgNum, mask) == parent.Id.Seed)),
            counts.GetValueOrDefault(parent.Id.Seed),
            bytes.GetValueOrDefault(parent.Id.Seed));
        PgStorage.AddWholeLog(move, parent.Log, parent.Missing);
        parent.SaveFinally(move, () => parent.Effects.Add(new Effects.SplitCompleted([.. children])));
        return cores.ToImmutable();
    }

    private static PgCore Make(PgCore parent, PgId child, Func<ObjectId, bool> isChilds, long objectCount, long bytes)
    {
        var tracker = new IntervalTracker(child, parent.Map, parent.Environment.Mapper);
        PgLog log = parent.Log.SplitOut(isChilds);
        var missing = new MissingSet(parent.Missing.Items.Where(m => isChilds(m.Object)));
        PgInfo info = parent.BuildInfo() with { Pg = child, History = tracker.Stamp(parent.History), ObjectCount = objectCount, Bytes = bytes };
        var core = new PgCore(child, parent.Environment, tracker, new StoredPg(info, parent.Map.Epoch, parent.Past, log, missing));
        core.Lease.CopyFrom(parent.Lease);
        core.Durability.Hold();
        return core;
    }

    private static StoreTransaction ChildTransaction(PgCore parent, PgCore child)
    {
        var transaction = new StoreTransaction().Add(new CreateCollection());
        PgStorage.AddWholeLog(transaction, child.Log, child.Missing);
        PgStorage.AddInfo(transaction, child.BuildInfo(), parent.Map.Epoch, child.Past);
        PgStorage.AddSplitOrigin(transaction, parent.Id.Seed, parent.Map.Epoch);
        return transaction;
    }

    private static (Dictionary<uint, long> Counts, Dictionary<uint, long> Bytes) Count(PgCore parent, uint pgNum, uint mask)
    {
        var counts = new Dictionary<uint, long>();
        var bytes = new Dictionary<uint, long>();
        ObjectId? after = null;
        while (true)
        {
            var batch = parent.Catalog.ListObjects(parent.Id, after, ListBatch);
            foreach (var (id, stat) in batch)
            {
                uint seed = ObjectHash.StableMod(id.Hash, pgNum, mask);
                bool isMissing = parent.Missing.Contains(id);
                counts[seed] = counts.GetValueOrDefault(seed) + (isMissing ? 0 : 1);
                bytes[seed] = bytes.GetValueOrDefault(seed) + (isMissing ? 0 : (long)stat.Size);
            }

            if (batch.Count < ListBatch)
            {
                break;
            }

            after = batch[^1].Id;
        }

        foreach (MissingItem item in parent.Missing.Items)
        {
            uint seed = ObjectHash.StableMod(item.Object.Hash, pgNum, mask);
            counts[seed] = counts.GetValueOrDefault(seed) + 1;
        }

        return (counts, bytes);
    }
}
