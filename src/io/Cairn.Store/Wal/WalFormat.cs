using System.Globalization;

namespace Cairn.Store.Wal;

/// <summary>
/// A WAL file is batches, each at a 4 KiB boundary: 40-byte header (magic u32, CRC-32C u32 of all that follows, length u32, transactions u32,
/// file number u64, sequence of the first transaction u64, salt u64), then records, padded with zeroes. One batch is one write and one sync.
/// </summary>
/// <remarks>
/// Files are reused without being cleared: file number and sequence tell a batch of this life from one before. The log ends at the first
/// place where no batch fits; that a batch whole and later follows is damage, not an end. A log gone idle is sealed: an empty batch follows
/// its last, so that damage of that one is known too.
/// </remarks>
internal static class WalFormat
{
    public const string Folder = "wal";
    public const string SparePrefix = "spare.";
    public const uint BatchMagic = 0x4c41574e; // "NWAL"
    public const int HeaderBytes = 40;

    public static string NameOf(ulong file) => string.Create(CultureInfo.InvariantCulture, $"{Folder}/{file:x12}");

    public static string SpareName(int number) => string.Create(CultureInfo.InvariantCulture, $"{Folder}/{SparePrefix}{number}");

    public static bool TryParse(string name, out ulong file) =>
        ulong.TryParse(name, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out file) && name.Length == 12;
}
