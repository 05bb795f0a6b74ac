namespace Cairn.Objects.Transactions;

/// <summary>Changes to one PG's collection, applied in order, whole or not at all.</summary>
/// <remarks>Data buffers are lent to the store until the transaction is durable.</remarks>
public sealed class StoreTransaction
{
    private readonly List<StoreOp> _ops = [];

    public IReadOnlyList<StoreOp> Ops => _ops;

    /// <summary>For loops over the operations that allocate nothing.</summary>
    public List<StoreOp>.Enumerator GetEnumerator() => _ops.GetEnumerator();

    public bool IsEmpty => _ops.Count == 0;

    /// <summary>Bytes of object data in it.</summary>
    public long DataBytes { get; private set; }

    public StoreTransaction Add(StoreOp op)
    {
        if (op is WriteData write)
        {
            DataBytes += write.Data.Length;
        }

        _ops.Add(op);
        return this;
    }

    public StoreTransaction Append(StoreTransaction other)
    {
        foreach (StoreOp op in other)
        {
            Add(op);
        }

        return this;
    }
}
