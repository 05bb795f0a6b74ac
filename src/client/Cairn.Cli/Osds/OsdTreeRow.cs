using Cairn.Crush;
using Cairn.Maps;

namespace Cairn.Cli.Osds;

/// <summary>A bucket or an OSD, in the order of the tree: parents before children.</summary>
internal sealed record OsdTreeRow(
    int Id,
    string Name,
    string Type,
    int Depth,
    double Weight,
    string? Class = null,
    string? Status = null,
    double? Reweight = null,
    double? PrimaryAffinity = null)
{
    private const double One = OsdState.FullWeight;

    public static IReadOnlyList<OsdTreeRow> Of(OsdMap map)
    {
        List<OsdTreeRow> rows = [];
        HashSet<int> seen = [];
        CrushTree tree = map.Crush.Tree;
        foreach (CrushBucket root in tree.Roots.OrderByDescending(b => b.Id))
        {
            Add(root.Id, root.Weight, 0);
        }

        // OSDs that exist but were not placed yet.
        for (int id = 0; id < map.Osds.Length; id++)
        {
            if (map.Osds[id] is not null && !seen.Contains(id))
            {
                Add(id, 0, 0);
            }
        }

        return rows;

        void Add(int id, uint weight, int depth)
        {
            if (id >= 0)
            {
                seen.Add(id);
                rows.Add(OfOsd(map, id, weight, depth));
                return;
            }

            CrushBucket bucket = map.Crush.Buckets[id];
            rows.Add(new OsdTreeRow(id, bucket.Name, tree.TypeNameOf(id), depth, bucket.Weight / One));
            foreach (CrushItem item in bucket.Items)
            {
                Add(item.Id, item.Weight, depth + 1);
            }
        }
    }

    private static OsdTreeRow OfOsd(OsdMap map, int id, uint weight, int depth)
    {
        OsdState? osd = map.Osd(new OsdId(id));
        string status = osd is null ? "DNE" : osd.Destroyed ? "destroyed" : osd.Up ? "up" : "down";
        string? deviceClass = map.Crush.Devices.TryGetValue(id, out CrushDevice? device) ? device.Class : null;
        return new OsdTreeRow(id, $"osd.{id}", "osd", depth, weight / One, deviceClass, status, osd?.Weight / One, osd?.PrimaryAffinity / One);
    }
}
