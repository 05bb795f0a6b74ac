namespace Cairn.Store;

/// <summary>
/// Where the arrays come from that large reads are answered in. A daemon gives the store those that its network receives in: what one of
/// them does not need at the moment, the other has. Thread-safe.
/// </summary>
public interface IReadArrays
{
    /// <summary>A pinned array, with at least <paramref name="length"/> bytes and a block more from a block's boundary on.</summary>
    /// <returns>The array, and where in it that boundary is.</returns>
    (byte[] Array, int Start) Rent(int length);

    void Return(byte[] array);

    /// <summary>It will not come back.</summary>
    void Forget(byte[] array);
}
