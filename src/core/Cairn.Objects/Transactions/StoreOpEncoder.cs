using Cairn.Objects.Binary;

namespace Cairn.Objects.Transactions;

/// <summary>Encodes the operations of one transaction, remembering the objects already named.</summary>
internal struct StoreOpEncoder
{
    private NamedObjects _named;

    public void Encode(StoreOp op, ByteWriter writer)
    {
        switch (op)
        {
            case CreateCollection:
                Tag(StoreOpTag.CreateCollection, writer);
                break;
            case RemoveCollection:
                Tag(StoreOpTag.RemoveCollection, writer);
                break;
            case SplitCollection split:
                Tag(StoreOpTag.SplitCollection, writer);
                writer.VarInt(split.Child.Pool);
                writer.VarUInt(split.Child.Seed);
                writer.VarUInt(split.PgNum);
                break;
            case SetMeta set:
                Tag(StoreOpTag.SetMeta, writer);
                writer.Text(set.Key);
                writer.Bytes(set.Value.Span);
                break;
            case RemoveMeta remove:
                Tag(StoreOpTag.RemoveMeta, writer);
                writer.Text(remove.Key);
                break;
            case RemoveMetaRange range:
                Tag(StoreOpTag.RemoveMetaRange, writer);
                writer.Text(range.From);
                writer.Text(range.To);
                break;
            case ObjectStoreOp objectOp:
                EncodeObjectOp(objectOp, writer);
                break;
            default:
                EncodeLogOp(op, writer);
                break;
        }
    }

    private static void EncodeLogOp(StoreOp op, ByteWriter writer)
    {
        switch (op)
        {
            case SetLog set:
                Tag(StoreOpTag.SetLog, writer);
                Version(set.Version, writer);
                writer.Bytes(set.Value.Span);
                break;
            case RemoveLog remove:
                Tag(StoreOpTag.RemoveLog, writer);
                Version(remove.Version, writer);
                break;
            case TrimLog trim:
                Tag(StoreOpTag.TrimLog, writer);
                Version(trim.Through, writer);
                break;
            case ClearLog:
                Tag(StoreOpTag.ClearLog, writer);
                break;
            default:
                throw new ArgumentException($"{op.GetType().Name} has no encoding");
        }
    }

    private void EncodeObjectOp(ObjectStoreOp op, ByteWriter writer)
    {
        switch (op)
        {
            case TouchObject:
                Head(StoreOpTag.TouchObject, op, writer);
                break;
            case WriteData write:
                Head(StoreOpTag.WriteData, op, writer);
                writer.VarUInt(write.Offset);
                writer.VarUInt((ulong)write.Data.Length);
                break;
            case ZeroData zero:
                Head(StoreOpTag.ZeroData, op, writer);
                writer.VarUInt(zero.Offset);
                writer.VarUInt(zero.Length);
                break;
            case TruncateData truncate:
                Head(StoreOpTag.TruncateData, op, writer);
                writer.VarUInt(truncate.Size);
                break;
            case RemoveObject:
                Head(StoreOpTag.RemoveObject, op, writer);
                break;
            case CloneObject clone:
                Head(StoreOpTag.CloneObject, op, writer);
                Name(clone.Target, writer);
                break;
            case SetVersion set:
                Head(StoreOpTag.SetVersion, op, writer);
                Version(set.Version, writer);
                writer.VarInt(set.ModifiedUnixMs);
                break;
            default:
                EncodeAttributeOp(op, writer);
                break;
        }
    }

    private void EncodeAttributeOp(ObjectStoreOp op, ByteWriter writer)
    {
        switch (op)
        {
            case SetXattr set:
                Head(StoreOpTag.SetXattr, op, writer);
                writer.Text(set.Name);
                writer.Bytes(set.Value.Span);
                break;
            case RemoveXattr remove:
                Head(StoreOpTag.RemoveXattr, op, writer);
                writer.Text(remove.Name);
                break;
            case ClearXattrs:
                Head(StoreOpTag.ClearXattrs, op, writer);
                break;
            case SetOmap set:
                Head(StoreOpTag.SetOmap, op, writer);
                writer.Text(set.Key);
                writer.Bytes(set.Value.Span);
                break;
            case RemoveOmap remove:
                Head(StoreOpTag.RemoveOmap, op, writer);
                writer.Text(remove.Key);
                break;
            case ClearOmap:
                Head(StoreOpTag.ClearOmap, op, writer);
                break;
            default:
                throw new ArgumentException($"{op.GetType().Name} has no encoding");
        }
    }

    private static void Tag(StoreOpTag tag, ByteWriter writer) => writer.Byte((byte)tag);

    private static void Version(Eversion version, ByteWriter writer)
    {
        writer.VarUInt(version.Epoch.Value);
        writer.VarUInt(version.Version);
    }

    private void Head(StoreOpTag tag, ObjectStoreOp op, ByteWriter writer)
    {
        Tag(tag, writer);
        Name(op.Object, writer);
    }

    private void Name(ObjectId id, ByteWriter writer)
    {
        // From the back: most operations are on the object named last. Few objects a transaction, so a list beats a dictionary.
        for (int i = _named.Count - 1; i >= 0 && i >= _named.Count - 8; i--)
        {
            if (_named[i].Equals(id))
            {
                writer.VarUInt((ulong)i + 1);
                return;
            }
        }

        _named.Add(id);
        writer.VarUInt(0);
        writer.VarInt(id.Pool);
        writer.Text(id.Namespace);
        writer.Text(id.Name);
        // Head is the common case and would be ten bytes.
        writer.VarUInt(unchecked(id.Snapshot + 1));
    }
}
