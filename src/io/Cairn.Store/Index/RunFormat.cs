namespace Cairn.Store.Index;

/// <summary>
/// A run: index records sorted by key, in blocks. Block: 32-byte header (magic, CRC-32C of the rest, payload length, entry count, run, block
/// number), then entries (owner u64, item u32, kind u32, varint of value length + 1 or 0 for a removed key, value), padded to 4 KiB.
/// </summary>
internal static class RunFormat
{
    public const uint BlockMagic = 0x4b4c4252; // "RBLK"
    public const int HeaderBytes = 32;

    /// <summary>A block is closed once it holds this much: large enough for the disk's sequential rate.</summary>
    public const int BlockBytesTarget = 256 << 10;

    public static string NameOf(ulong run) => $"index/{run:x12}.run";
}
