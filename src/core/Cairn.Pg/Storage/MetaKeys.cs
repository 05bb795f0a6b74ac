using System.Globalization;
using System.Text;
using Cairn.Objects;

namespace Cairn.Pg.Storage;

/// <summary>Keys of a PG's own metadata in its collection. ASCII; their order is that of versions and objects.</summary>
internal static class MetaKeys
{
    /// <summary>All of the info: written at intervals and activations.</summary>
    public const string Info = "info";

    /// <summary>The log's head, and what changes with every write, as of the last change of the log that was no write.</summary>
    public const string FastInfo = "info.fast";

    public const string PastIntervals = "intervals";

    /// <summary>Of a PG that split off another: which, and when.</summary>
    public const string SplitOrigin = "split.origin";

    private const string MissingPrefix = "missing.";

    public static (string From, string To) AllMissing => (MissingPrefix, "missing/");

    public static string Missing(ObjectId id)
    {
        var key = new StringBuilder(MissingPrefix, 64);
        key.Append(CultureInfo.InvariantCulture, $"{id.SortHash:x8}.");
        AppendEscaped(key, id.Namespace);
        key.Append('/');
        AppendEscaped(key, id.Name);
        key.Append(CultureInfo.InvariantCulture, $"@{id.Snapshot:x}");
        return key.ToString();
    }

    private static void AppendEscaped(StringBuilder key, string text)
    {
        foreach (byte b in Encoding.UTF8.GetBytes(text))
        {
            if (char.IsAsciiLetterOrDigit((char)b) || b is (byte)'-' or (byte)'_' or (byte)'.')
            {
                key.Append((char)b);
            }
            else
            {
                key.Append(CultureInfo.InvariantCulture, $"%{b:x2}");
            }
        }
    }
}
