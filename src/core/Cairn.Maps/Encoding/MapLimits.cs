namespace Cairn.Maps;

/// <summary>Bounds on what a decoder believes, so that a few bad bytes cannot ask for gigabytes.</summary>
internal static class MapLimits
{
    /// <summary>A hundred times the largest cluster planned for.</summary>
    private const uint MaxOsds = 1_000_000;

    public static int RequireMaxOsd(uint maxOsd) =>
        maxOsd <= MaxOsds ? (int)maxOsd : throw new MapFormatException($"max_osd {maxOsd} is beyond {MaxOsds}");
}
