using Cairn.Maps;

namespace Cairn.Monitor.State;

/// <summary>The flags of the map as people write them.</summary>
public static class FlagNames
{
    private static readonly (OsdMapFlags Flag, string Name)[] All =
    [
        (OsdMapFlags.NoOut, "noout"), (OsdMapFlags.NoDown, "nodown"), (OsdMapFlags.NoUp, "noup"), (OsdMapFlags.NoIn, "noin"),
        (OsdMapFlags.NoRecover, "norecover"), (OsdMapFlags.NoBackfill, "nobackfill"), (OsdMapFlags.NoRebalance, "norebalance"),
        (OsdMapFlags.NoScrub, "noscrub"), (OsdMapFlags.NoDeepScrub, "nodeep-scrub"), (OsdMapFlags.Pause, "pause"), (OsdMapFlags.Full, "full"),
    ];

    public static string List { get; } = string.Join(' ', All.Select(f => f.Name));

    public static OsdMapFlags? Find(string name)
    {
        foreach ((OsdMapFlags flag, string flagName) in All)
        {
            if (flagName == name)
            {
                return flag;
            }
        }

        return null;
    }

    public static IEnumerable<string> Of(OsdMapFlags flags) => All.Where(f => flags.HasFlag(f.Flag)).Select(f => f.Name);

    public static string Join(OsdMapFlags flags) => string.Join(',', Of(flags));
}
