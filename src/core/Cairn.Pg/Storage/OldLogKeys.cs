using System.Globalization;
using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Binary;

namespace Cairn.Pg.Storage;

/// <summary>Keys of log entries that were stored as metadata, before stores had logs: <c>log.EPOCH.VERSION</c>, in hexadecimal.</summary>
internal static class OldLogKeys
{
    private const string Prefix = "log.";
    private const int EpochDigits = 8;

    public static (string From, string To) All => (Prefix, "log/");

    public static Eversion VersionOf(string key)
    {
        ReadOnlySpan<char> digits = key.AsSpan(Prefix.Length);
        return digits.Length > EpochDigits + 1
            && uint.TryParse(digits[..EpochDigits], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint epoch)
            && ulong.TryParse(digits[(EpochDigits + 1)..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong version)
            ? new Eversion(new Epoch(epoch), version)
            : throw new MalformedDataException($"metadata {key} is no log entry's");
    }
}
