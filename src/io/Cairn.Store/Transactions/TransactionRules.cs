using System.Runtime.CompilerServices;
using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;
using Cairn.Store.Catalog;
using Cairn.Store.Index;

namespace Cairn.Store.Transactions;

/// <summary>What a transaction must keep to, checked before any of it is applied. Under the store's lock.</summary>
internal static class TransactionRules
{
    /// <summary>Far above <c>osd_max_object_size</c>; keeps offsets from overflowing.</summary>
    private const ulong ObjectBytesMax = 1UL << 40;

    /// <summary>An onode is one index record, its xattrs in it.</summary>
    private const int XattrBytesMax = IndexRecords.ValueBytesMax - (256 << 10);

    private const int EntryBytesMax = IndexRecords.ValueBytesMax - (64 << 10);

    /// <exception cref="ArgumentException">It breaks a limit of the store.</exception>
    /// <exception cref="InvariantException">It works on a collection that is not there, or on an object of another pool: a bug of the caller.</exception>
    public static void Check(PgId pg, StoreTransaction transaction, StoreCatalog catalog)
    {
        Collection? collection = catalog.Find(pg);
        bool exists = collection is not null;
        Dictionary<ObjectId, long>? xattrBytes = null;
        foreach (StoreOp op in transaction)
        {
            if (op is CreateCollection)
            {
                exists = true;
                continue;
            }

            Invariant.Require(exists, $"pg {pg} has no collection for {op.GetType().Name}");
            if (op is ObjectStoreOp of)
            {
                Invariant.Require(of.Object.Pool == pg.Pool, $"{of.Object} is of another pool than pg {pg}");
            }

            switch (op)
            {
                case RemoveCollection:
                    exists = false;
                    break;
                case WriteData write:
                    RequireSize(write.Object, write.Offset, (ulong)write.Data.Length);
                    break;
                case ZeroData zero:
                    RequireSize(zero.Object, zero.Offset, zero.Length);
                    break;
                case TruncateData truncate:
                    RequireSize(truncate.Object, truncate.Size, 0);
                    break;
                case SetXattr set:
                    xattrBytes ??= [];
                    long before = xattrBytes.TryGetValue(set.Object, out long b) ? b
                        : collection is null ? 0 : catalog.Find(collection, set.Object)?.XattrBytes ?? 0;
                    long after = before + set.Name.Length + set.Value.Length;
                    Require(after <= XattrBytesMax, $"{set.Object} would have {after} bytes of xattrs, more than {XattrBytesMax}");
                    xattrBytes[set.Object] = after;
                    break;
                case SetOmap set:
                    Require(set.Value.Length + set.Key.Length <= EntryBytesMax, $"omap entry {set.Key} of {set.Object} is above {EntryBytesMax} bytes");
                    break;
                case SetMeta set:
                    Require(set.Value.Length + set.Key.Length <= EntryBytesMax, $"metadata {set.Key} of pg {pg} is above {EntryBytesMax} bytes");
                    break;
                case SetLog set:
                    Require(set.Value.Length <= EntryBytesMax, $"log entry {set.Version} of pg {pg} is above {EntryBytesMax} bytes");
                    break;
            }
        }
    }

    /// <summary>Whether it may make the store fuller by more than metadata.</summary>
    public static bool NeedsSpace(StoreTransaction transaction) =>
        transaction.DataBytes > 0
        || transaction.Ops.Any(static op => op is SetOmap or SetXattr)
            && !transaction.Ops.Any(static op => op is RemoveObject or RemoveCollection or RemoveOmap or ClearOmap or TruncateData or ZeroData);

    private static void RequireSize(ObjectId id, ulong offset, ulong length) =>
        Require(offset <= ObjectBytesMax && length <= ObjectBytesMax - offset, $"{id}: range {offset}+{length} is above the store's {ObjectBytesMax} bytes");

    private static void Require(bool condition, [InterpolatedStringHandlerArgument(nameof(condition))] ref FailureText message)
    {
        if (!condition)
        {
            throw new ArgumentException(message.ToStringAndClear());
        }
    }
}
