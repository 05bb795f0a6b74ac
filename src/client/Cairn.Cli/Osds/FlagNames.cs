using Cairn.Maps;

namespace Cairn.Cli.Osds;

/// <summary>Ceph's names of the map's flags.</summary>
internal static class FlagNames
{
    public static readonly string[] All = [.. Enum.GetValues<OsdMapFlags>().Where(f => f != OsdMapFlags.None).Select(NameOf)];

    public static string Of(OsdMapFlags flags) =>
        string.Join(',', Enum.GetValues<OsdMapFlags>().Where(f => f != OsdMapFlags.None && flags.HasFlag(f)).Select(NameOf));

    private static string NameOf(OsdMapFlags flag) => flag == OsdMapFlags.NoDeepScrub ? "nodeep-scrub" : flag.ToString().ToLowerInvariant();
}
