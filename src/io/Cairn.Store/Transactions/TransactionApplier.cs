using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;
using Cairn.Store.Catalog;
using Cairn.Store.Extents;

namespace Cairn.Store.Transactions;

/// <summary>
/// Carries out a transaction on the catalog. The same code applies what is submitted and what the WAL gives back at start, so both
/// end in the same state. Nothing here may fail for a reason <see cref="TransactionRules"/> can see beforehand. Under the store's lock.
/// </summary>
internal sealed class TransactionApplier(StoreCatalog catalog)
{
    /// <param name="placements">For each write with data, in order, where the data is.</param>
    public void Apply(PgId pg, StoreTransaction transaction, IReadOnlyList<WritePlacement> placements)
    {
        int write = 0;
        Collection? found = catalog.Find(pg);
        foreach (StoreOp op in transaction)
        {
            if (op is CreateCollection)
            {
                found ??= catalog.CreateCollection(pg);
                continue;
            }

            Collection collection = found ?? throw new InvariantException($"pg {pg} has no collection");
            switch (op)
            {
                case RemoveCollection:
                    catalog.RemoveCollection(collection);
                    found = null;
                    break;
                case SplitCollection split:
                    Split(collection, split);
                    break;
                case SetMeta set:
                    catalog.SetMeta(collection, set.Key, set.Value.Span);
                    break;
                case RemoveMeta remove:
                    catalog.RemoveMeta(collection, remove.Key);
                    break;
                case RemoveMetaRange range:
                    catalog.RemoveMetaRange(collection, range.From, range.To);
                    break;
                case SetLog set:
                    catalog.Log.Set(collection, set.Version, set.Value.Span);
                    break;
                case RemoveLog remove:
                    catalog.Log.Remove(collection, remove.Version);
                    break;
                case TrimLog trim:
                    catalog.Log.RemoveThrough(collection, trim.Through);
                    break;
                case ClearLog:
                    catalog.Log.RemoveAll(collection);
                    break;
                case WriteData data:
                    Write(collection, data, data.Data.IsEmpty ? WritePlacement.Empty : placements[write++]);
                    break;
                case ObjectStoreOp objectOp:
                    Apply(collection, objectOp);
                    break;
                default:
                    throw new InvariantException($"{op.GetType().Name} is not known to the store");
            }
        }

        catalog.Trim();
    }

    private void Apply(Collection collection, ObjectStoreOp op)
    {
        Onode? onode = catalog.Find(collection, op.Object);
        switch (op)
        {
            case RemoveObject:
                if (onode is not null)
                {
                    catalog.Remove(onode);
                }

                break;
            case CloneObject clone:
                Clone(collection, onode, clone.Target);
                break;
            case RemoveXattr or ClearXattrs or RemoveOmap or ClearOmap:
                if (onode is not null)
                {
                    RemoveAttributes(onode, op);
                }

                break;
            default:
                Change(onode ?? catalog.Create(collection, op.Object), op);
                break;
        }
    }

    private void Change(Onode onode, ObjectStoreOp op)
    {
        switch (op)
        {
            case TouchObject:
                return;
            case SetOmap set:
                catalog.SetOmap(onode, set.Key, set.Value.Span);
                return;
        }

        catalog.BeforeChange(onode);
        switch (op)
        {
            case ZeroData zero:
                Clear(onode, zero.Offset, zero.Offset + zero.Length);
                onode.Size = zero.Length == 0 ? onode.Size : Math.Max(onode.Size, zero.Offset + zero.Length);
                break;
            case TruncateData truncate:
                if (truncate.Size < onode.Size)
                {
                    Clear(onode, truncate.Size, onode.Size);
                }

                onode.Size = truncate.Size;
                break;
            case SetVersion set:
                onode.Version = set.Version;
                onode.ModifiedUnixMs = set.ModifiedUnixMs;
                break;
            case SetXattr set:
                onode.SetXattr(set.Name, set.Value.ToArray());
                break;
            default:
                throw new InvariantException($"{op.GetType().Name} is not known to the store");
        }
    }

    private void RemoveAttributes(Onode onode, ObjectStoreOp op)
    {
        switch (op)
        {
            case RemoveXattr remove:
                catalog.BeforeChange(onode);
                onode.RemoveXattr(remove.Name);
                break;
            case ClearXattrs:
                catalog.BeforeChange(onode);
                onode.ClearXattrs();
                break;
            case RemoveOmap remove:
                catalog.RemoveOmap(onode, remove.Key);
                break;
            case ClearOmap:
                catalog.ClearOmap(onode);
                break;
        }
    }

    private void Write(Collection collection, WriteData write, WritePlacement placement)
    {
        Onode onode = catalog.Find(collection, write.Object) ?? catalog.Create(collection, write.Object);
        if (placement.Staged is { } blob)
        {
            int done = 0;
            while (done < blob.Length)
            {
                ulong at = write.Offset + (ulong)done;
                int inChunk = (int)(at % ExtentLayout.ChunkBytes);
                int length = Math.Min(blob.Length - done, ExtentLayout.ChunkBytes - inChunk);
                var extent = new StagedExtent(inChunk, length, blob.Id, done);
                catalog.Put(onode, (uint)(at / ExtentLayout.ChunkBytes), extent);
                done += length;
            }
        }

        foreach (PlacedPiece piece in placement.Pieces)
        {
            catalog.Put(onode, piece.Chunk, piece.Extent);
        }

        if (!write.Data.IsEmpty)
        {
            ulong size = Math.Max(onode.Size, write.Offset + (ulong)write.Data.Length);
            if (size != onode.Size)
            {
                catalog.BeforeChange(onode);
                onode.Size = size;
            }
        }
    }

    private void Clear(Onode onode, ulong from, ulong to)
    {
        if (from >= to)
        {
            return;
        }

        uint first = (uint)(from / ExtentLayout.ChunkBytes);
        uint last = (uint)((to - 1) / ExtentLayout.ChunkBytes);
        foreach (uint number in onode.Further.Between(first, last).ToList())
        {
            ClearChunk(onode, number, from, to);
        }

        if (first == 0)
        {
            ClearChunk(onode, 0, from, to);
        }
    }

    private void ClearChunk(Onode onode, uint number, ulong from, ulong to)
    {
        ulong start = (ulong)number * ExtentLayout.ChunkBytes;
        int begin = from <= start ? 0 : (int)(from - start);
        int end = (int)Math.Min(to - start, ExtentLayout.ChunkBytes);
        catalog.Clear(onode, number, begin, end);
    }

    /// <summary>The copy refers to the same stored bytes: copying costs the extent map only.</summary>
    private void Clone(Collection collection, Onode? source, ObjectId targetId)
    {
        if (source is not null && source.Id.Equals(targetId))
        {
            return;
        }

        if (catalog.Find(collection, targetId) is { } old)
        {
            catalog.Remove(old);
        }

        if (source is null)
        {
            return;
        }

        Onode target = catalog.Create(collection, targetId);
        catalog.BeforeChange(target);
        target.Size = source.Size;
        target.Version = source.Version;
        target.ModifiedUnixMs = source.ModifiedUnixMs;
        foreach ((string name, byte[] value) in source.Xattrs)
        {
            target.SetXattr(name, value);
        }

        CopyChunk(source, target, 0);
        foreach (uint number in source.Further.All())
        {
            CopyChunk(source, target, number);
        }

        catalog.CopyOmap(source, target);
    }

    private void CopyChunk(Onode source, Onode target, uint number)
    {
        Chunk chunk = catalog.FindChunk(source, number)!;
        foreach (Extent extent in chunk.Extents)
        {
            catalog.Put(target, number, extent);
        }
    }

    private void Split(Collection parent, SplitCollection split)
    {
        Collection child = catalog.Find(split.Child) ?? catalog.CreateCollection(split.Child);
        uint mask = ObjectHash.MaskFor(split.PgNum);
        catalog.Move(parent, child, id => ObjectHash.StableMod(id.Hash, split.PgNum, mask) == split.Child.Seed);
    }
}
