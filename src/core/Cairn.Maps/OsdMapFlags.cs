namespace Cairn.Maps;

/// <summary>Cluster-wide switches of an admin.</summary>
[Flags]
public enum OsdMapFlags : uint
{
    None = 0,
    NoOut = 1 << 0,
    NoDown = 1 << 1,
    NoUp = 1 << 2,
    NoIn = 1 << 3,
    NoRecover = 1 << 4,
    NoBackfill = 1 << 5,
    NoRebalance = 1 << 6,
    NoScrub = 1 << 7,
    NoDeepScrub = 1 << 8,
    Pause = 1 << 9,
    Full = 1 << 10,
}
