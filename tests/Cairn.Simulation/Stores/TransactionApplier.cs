using System.Collections.Immutable;
using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;

namespace Cairn.Simulation.Stores;

/// <summary>What a transaction does to a store's content: the meaning of every <see cref="StoreOp"/>, as plainly as can be.</summary>
public static class TransactionApplier
{
    public static ImmutableSortedDictionary<PgId, ModelCollection> Apply(
        ImmutableSortedDictionary<PgId, ModelCollection> content, PgId pg, StoreTransaction transaction)
    {
        foreach (StoreOp op in transaction.Ops)
        {
            content = op switch
            {
                CreateCollection => content.ContainsKey(pg) ? content : content.Add(pg, ModelCollection.Empty),
                RemoveCollection => content.Remove(pg),
                SplitCollection split => Split(content, pg, split),
                _ => content.SetItem(pg, Apply(Require(content, pg), op)),
            };
        }

        return content;
    }

    private static ModelCollection Require(ImmutableSortedDictionary<PgId, ModelCollection> content, PgId pg)
    {
        Invariant.Require(content.TryGetValue(pg, out ModelCollection? collection), $"pg {pg} has no collection to change");
        return collection;
    }

    private static ModelCollection Apply(ModelCollection c, StoreOp op) => op switch
    {
        TouchObject s => c.Change(s.Object, static o => o),
        WriteData s => c.Change(s.Object, o => o.Write(s.Offset, s.Data.Span)),
        ZeroData s => c.Change(s.Object, o => o.Zero(s.Offset, s.Length)),
        TruncateData s => c.Change(s.Object, o => o.Truncate(s.Size)),
        RemoveObject s => c with { Objects = c.Objects.Remove(s.Object) },
        CloneObject s => c.Objects.TryGetValue(s.Object, out ModelObject? from) ? c with { Objects = c.Objects.SetItem(s.Target, from) } : c,
        SetVersion s => c.Change(s.Object, o => o with { Version = s.Version, ModifiedUnixMs = s.ModifiedUnixMs }),
        SetXattr s => c.Change(s.Object, o => o with { Xattrs = o.Xattrs.SetItem(s.Name, s.Value.ToArray()) }),
        RemoveXattr s => c.ChangeExisting(s.Object, o => o with { Xattrs = o.Xattrs.Remove(s.Name) }),
        ClearXattrs s => c.ChangeExisting(s.Object, static o => o with { Xattrs = o.Xattrs.Clear() }),
        SetOmap s => c.Change(s.Object, o => o with { Omap = o.Omap.SetItem(s.Key, s.Value.ToArray()) }),
        RemoveOmap s => c.ChangeExisting(s.Object, o => o with { Omap = o.Omap.Remove(s.Key) }),
        ClearOmap s => c.ChangeExisting(s.Object, static o => o with { Omap = o.Omap.Clear() }),
        SetMeta s => c with { Meta = c.Meta.SetItem(s.Key, s.Value.ToArray()) },
        RemoveMeta s => c with { Meta = c.Meta.Remove(s.Key) },
        RemoveMetaRange s => c with { Meta = c.Meta.RemoveRange(MetaKeys(c, s.From, s.To)) },
        SetLog s => c with { Log = c.Log.SetItem(s.Version, s.Value.ToArray()) },
        RemoveLog s => c with { Log = c.Log.Remove(s.Version) },
        TrimLog s => c with { Log = c.Log.RemoveRange(c.Log.Keys.TakeWhile(v => v <= s.Through)) },
        ClearLog => c with { Log = c.Log.Clear() },
        _ => throw new InvariantException($"the model store does not know {op.GetType().Name}"),
    };

    private static List<string> MetaKeys(ModelCollection c, string from, string to) =>
        c.Meta.Keys.SkipWhile(k => string.CompareOrdinal(k, from) < 0).TakeWhile(k => string.CompareOrdinal(k, to) < 0).ToList();

    private static ImmutableSortedDictionary<PgId, ModelCollection> Split(
        ImmutableSortedDictionary<PgId, ModelCollection> content, PgId pg, SplitCollection split)
    {
        ModelCollection parent = Require(content, pg);
        ModelCollection child = content.GetValueOrDefault(split.Child, ModelCollection.Empty);
        uint mask = ObjectHash.MaskFor(split.PgNum);
        var moved = parent.Objects.Where(o => ObjectHash.StableMod(o.Key.Hash, split.PgNum, mask) == split.Child.Seed).ToList();
        return content
            .SetItem(pg, parent with { Objects = parent.Objects.RemoveRange(moved.Select(static o => o.Key)) })
            .SetItem(split.Child, child with { Objects = child.Objects.SetItems(moved) });
    }
}
