using System.Buffers.Binary;

namespace Cairn.Crush;

/// <summary>Ceph's compiled form of a map: what <c>ceph osd getcrushmap</c> gives and <c>crushtool -c</c> writes.</summary>
/// <remarks>
/// Little-endian, tables indexed by <c>-1 - bucket id</c> and by rule id, then the names, the tunables, the device classes and the weight
/// sets; each release appended to it, and a reader takes what is not there as its legacy value. Held byte for byte to <c>crushtool -c</c>.
/// </remarks>
public static class CrushBinary
{
    internal const uint Magic = 0x00010000;

    /// <summary>Whether bytes begin as a compiled map does; no text does.</summary>
    public static bool IsBinary(ReadOnlySpan<byte> bytes) =>
        BinaryPrimitives.TryReadUInt32LittleEndian(bytes, out uint magic) && magic == Magic;

    /// <exception cref="CrushException">The bytes are no map, or one that does not hang together; names what is wrong.</exception>
    public static CrushMap Read(ReadOnlySpan<byte> bytes) => new CrushBinaryReader(bytes).Read();

    /// <exception cref="CrushException">A bucket id is so low that the table of buckets would be out of all proportion.</exception>
    public static byte[] Write(CrushMap map) => new CrushBinaryWriter(map).Write();

    /// <summary>The length of Ceph's table of buckets: 8, doubled until the lowest id fits.</summary>
    internal static int BucketSlots(CrushMap map)
    {
        long slots = map.Buckets.IsEmpty ? 0 : 8;
        while (slots < -(long)map.Buckets.Keys.FirstOrDefault())
        {
            slots *= 2;
        }

        return (int)Math.Min(slots, int.MaxValue);
    }
}
