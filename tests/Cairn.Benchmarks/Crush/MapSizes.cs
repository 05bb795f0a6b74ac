using Cairn.Maps;

namespace Cairn.Benchmarks.Crush;

/// <summary>What a 10,000-OSD map weighs on the wire, and the incremental of one OSD going down.</summary>
internal static class MapSizes
{
    public static void Print(TextWriter output)
    {
        OsdMap map = BenchMaps.Cluster(25, 20, 20, pgNum: 65_536);
        OsdState osd = map.Osds[4321]!;
        OsdMap next = map with
        {
            Epoch = map.Epoch.Next,
            ModifiedUnixMs = map.ModifiedUnixMs + 1000,
            Osds = map.Osds.SetItem(4321, osd with { Up = false, DownAt = map.Epoch.Next }),
        };
        output.WriteLine($"OSDMap of 10,000 OSDs: {map.Encode().Length:N0} bytes (goal: under 1,572,864)");
        output.WriteLine($"incremental of one OSD going down: {OsdMapIncremental.Between(map, next).Encode().Length} bytes (goal: under 200)");
    }
}
