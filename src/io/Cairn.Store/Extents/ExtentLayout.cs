namespace Cairn.Store.Extents;

/// <summary>How object data is divided.</summary>
internal static class ExtentLayout
{
    /// <summary>What one checksum covers.</summary>
    public const int UnitBytes = 4096;

    /// <summary>
    /// What one record of the extent map covers: a small overwrite of a large object rewrites one record. At 128 KiB a chunk overwritten
    /// in 4 KiB pieces is 32 extents, about 600 bytes.
    /// </summary>
    public const int ChunkBytes = 128 << 10;

    public static int UnitCount(int storedLength) => (storedLength + UnitBytes - 1) / UnitBytes;
}
