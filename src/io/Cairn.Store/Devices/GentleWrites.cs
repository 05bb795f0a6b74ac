namespace Cairn.Store.Devices;

/// <summary>
/// Large writes that nobody waits for, beside commits that somebody does: in pieces that a disk takes in a fraction of a millisecond, one after
/// the other, so that a commit's write finds at most one of them before it.
/// </summary>
internal static class GentleWrites
{
    private const int PieceBytes = 256 << 10;

    public static void WriteGently(this IBlockFile file, long offset, ReadOnlySpan<byte> data)
    {
        for (; data.Length > PieceBytes; data = data[PieceBytes..], offset += PieceBytes)
        {
            file.Write(offset, data[..PieceBytes]);
        }

        file.Write(offset, data);
    }

    /// <summary>Writes zeroes from the file's start on. Later writes there find the file system's metadata as they need it.</summary>
    public static void WriteZeroes(this IBlockFile file, long length)
    {
        using var zeroes = new AlignedBuffer((int)Math.Min(length, PieceBytes));
        zeroes.Span.Clear();
        for (long at = 0; at < length; at += zeroes.Capacity)
        {
            file.Write(at, zeroes.Span[..(int)Math.Min(zeroes.Capacity, length - at)]);
        }
    }
}
