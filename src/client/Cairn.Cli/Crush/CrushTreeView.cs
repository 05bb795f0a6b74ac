using System.Globalization;
using Cairn.Cli.Shell;
using Cairn.Crush;

namespace Cairn.Cli.Crush;

/// <summary>The hierarchy of a map, parents before children; what is in no bucket comes last.</summary>
internal static class CrushTreeView
{
    public static void Write(CrushMap map, TextWriter output)
    {
        TextTable table = new TextTable("ID", "CLASS", "WEIGHT", "TYPE NAME").Right(0, 2);
        foreach (CrushBucket root in map.Tree.Roots)
        {
            Add(map, table, root.Id, root.Weight, 0);
        }

        foreach (CrushDevice device in map.Devices.Values.Where(d => map.Tree.WeightOf(d.Id) is null))
        {
            Add(map, table, device.Id, 0, 0);
        }

        table.Write(output);
    }

    private static void Add(CrushMap map, TextTable table, int id, uint weight, int depth)
    {
        string name = id >= 0 ? map.Tree.NameOf(id) : $"{map.Tree.TypeNameOf(id)} {map.Tree.NameOf(id)}";
        string deviceClass = id >= 0 && map.Devices.TryGetValue(id, out CrushDevice? device) ? device.Class ?? "" : "";
        table.Add(
            id.ToString(CultureInfo.InvariantCulture),
            deviceClass,
            Units.Number(weight / 65536.0, "0.00000"),
            new string(' ', 4 * depth) + name);
        if (id < 0)
        {
            foreach (CrushItem item in map.Buckets[id].Items)
            {
                Add(map, table, item.Id, item.Weight, depth + 1);
            }
        }
    }
}
