using System.Globalization;
using System.Text;
using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;

namespace Cairn.Store.Tests.Model;

/// <summary>What the store must do, in the plainest words: dictionaries and byte arrays.</summary>
internal sealed class ModelStore
{
    private readonly SortedDictionary<PgId, ModelCollection> _collections = [];

    public IReadOnlyDictionary<PgId, ModelCollection> Collections => _collections;

    /// <summary>Whether each operation has its collection: in a history cut down by the shrinker some have not.</summary>
    public bool Accepts(PgId pg, StoreTransaction transaction)
    {
        bool exists = _collections.ContainsKey(pg);
        foreach (StoreOp op in transaction.Ops)
        {
            if (op is not CreateCollection && !exists)
            {
                return false;
            }

            exists = op is not RemoveCollection;
        }

        return true;
    }

    public void Apply(PgId pg, StoreTransaction transaction)
    {
        foreach (StoreOp op in transaction.Ops)
        {
            switch (op)
            {
                case CreateCollection:
                    _collections.TryAdd(pg, new ModelCollection());
                    break;
                case RemoveCollection:
                    _collections.Remove(pg);
                    break;
                case SplitCollection split:
                    _collections.TryAdd(split.Child, new ModelCollection());
                    foreach (ObjectId id in _collections[pg].Objects.Keys.ToList())
                    {
                        if (ObjectHash.StableMod(id.Hash, split.PgNum, ObjectHash.MaskFor(split.PgNum)) == split.Child.Seed)
                        {
                            _collections[pg].Objects.Remove(id, out ModelObject? moved);
                            _collections[split.Child].Objects[id] = moved!;
                        }
                    }

                    break;
                default:
                    _collections[pg].Apply(op);
                    break;
            }
        }
    }

    /// <summary>Everything in it as text, to compare with <see cref="StoreText"/>.</summary>
    public string Describe()
    {
        var text = new StringBuilder();
        foreach ((PgId pg, ModelCollection collection) in _collections)
        {
            text.Append(CultureInfo.InvariantCulture, $"pg {pg}\n");
            foreach ((string key, byte[] value) in collection.Meta)
            {
                text.Append(CultureInfo.InvariantCulture, $" meta {key}={StoreText.Digest(value)}\n");
            }

            foreach ((Eversion version, byte[] value) in collection.Log)
            {
                text.Append(CultureInfo.InvariantCulture, $" log {version}={StoreText.Digest(value)}\n");
            }

            foreach ((ObjectId id, ModelObject o) in collection.Objects)
            {
                StoreText.Object(text, id, new ObjectStat((ulong)o.Data.Length, o.Version, o.ModifiedUnixMs), o.Data, o.Xattrs, o.Omap);
            }
        }

        return text.ToString();
    }
}

internal sealed class ModelCollection
{
    public SortedDictionary<ObjectId, ModelObject> Objects { get; } = [];

    public SortedDictionary<string, byte[]> Meta { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<Eversion, byte[]> Log { get; } = [];

    public void Apply(StoreOp op)
    {
        switch (op)
        {
            case SetMeta set:
                Meta[set.Key] = set.Value.ToArray();
                break;
            case RemoveMeta remove:
                Meta.Remove(remove.Key);
                break;
            case RemoveMetaRange range:
                foreach (string key in Meta.Keys.Where(k => string.CompareOrdinal(k, range.From) >= 0 && string.CompareOrdinal(k, range.To) < 0).ToList())
                {
                    Meta.Remove(key);
                }

                break;
            case SetLog set:
                Log[set.Version] = set.Value.ToArray();
                break;
            case RemoveLog remove:
                Log.Remove(remove.Version);
                break;
            case TrimLog trim:
                foreach (Eversion version in Log.Keys.TakeWhile(v => v <= trim.Through).ToList())
                {
                    Log.Remove(version);
                }

                break;
            case ClearLog:
                Log.Clear();
                break;
            case RemoveObject remove:
                Objects.Remove(remove.Object);
                break;
            case CloneObject clone when !clone.Object.Equals(clone.Target):
                Objects.Remove(clone.Target);
                if (Objects.TryGetValue(clone.Object, out ModelObject? source))
                {
                    Objects[clone.Target] = source.Copy();
                }

                break;
            case RemoveXattr or ClearXattrs or RemoveOmap or ClearOmap:
                Objects.GetValueOrDefault(((ObjectStoreOp)op).Object)?.Apply((ObjectStoreOp)op);
                break;
            case CloneObject:
                break;
            case ObjectStoreOp change:
                if (!Objects.TryGetValue(change.Object, out ModelObject? o))
                {
                    Objects[change.Object] = o = new ModelObject();
                }

                o.Apply(change);
                break;
        }
    }
}

internal sealed class ModelObject
{
    public byte[] Data { get; private set; } = [];

    public Eversion Version { get; private set; }

    public long ModifiedUnixMs { get; private set; }

    public SortedDictionary<string, byte[]> Xattrs { get; private init; } = new(Utf8Order.Instance);

    public SortedDictionary<string, byte[]> Omap { get; private init; } = new(Utf8Order.Instance);

    public ModelObject Copy() => new()
    {
        Data = [.. Data],
        Version = Version,
        ModifiedUnixMs = ModifiedUnixMs,
        Xattrs = new(Xattrs, Utf8Order.Instance),
        Omap = new(Omap, Utf8Order.Instance),
    };

    public void Apply(ObjectStoreOp op)
    {
        switch (op)
        {
            case WriteData { Data.IsEmpty: false } write:
                Resize(Math.Max((ulong)Data.Length, write.Offset + (ulong)write.Data.Length));
                write.Data.CopyTo(Data.AsMemory((int)write.Offset));
                break;
            case ZeroData { Length: > 0 } zero:
                Resize(Math.Max((ulong)Data.Length, zero.Offset + zero.Length));
                Array.Clear(Data, (int)zero.Offset, (int)zero.Length);
                break;
            case TruncateData truncate:
                Resize(truncate.Size);
                break;
            case SetVersion set:
                Version = set.Version;
                ModifiedUnixMs = set.ModifiedUnixMs;
                break;
            case SetXattr set:
                Xattrs[set.Name] = set.Value.ToArray();
                break;
            case RemoveXattr remove:
                Xattrs.Remove(remove.Name);
                break;
            case ClearXattrs:
                Xattrs.Clear();
                break;
            case SetOmap set:
                Omap[set.Key] = set.Value.ToArray();
                break;
            case RemoveOmap remove:
                Omap.Remove(remove.Key);
                break;
            case ClearOmap:
                Omap.Clear();
                break;
        }
    }

    private void Resize(ulong size)
    {
        byte[] data = new byte[size];
        Data.AsSpan(0, Math.Min(Data.Length, data.Length)).CopyTo(data);
        Data = data;
    }
}
