namespace Cairn.Messaging.DataPlane;

/// <summary>
/// The arrays that this process's large payloads are received in, for others who fill such and send them: pinned, used from a page's
/// boundary on, within <see cref="PooledBuffer.PooledBytesMax"/>.
/// </summary>
public static class PayloadArrays
{
    /// <summary>Smaller ones are not among them.</summary>
    public const int BytesMin = 16 << 10;

    /// <returns>An array with at least that many bytes and a page more from a page's boundary on, and where that is.</returns>
    public static (byte[] Array, int Start) Rent(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, BytesMin);
        return BufferPool.Shared.RentArray(length);
    }

    public static void Return(byte[] array) => BufferPool.Shared.Return(array);

    /// <summary>It will not come back.</summary>
    public static void Forget(byte[] array) => BufferPool.Shared.Forget(array);
}
