using System.Collections.Immutable;
using System.Globalization;
using Cairn.Crush;

namespace Cairn.Maps.Tests;

/// <summary>Small clusters to test on.</summary>
internal static class Clusters
{
    /// <summary>Hosts of equal size in racks, all OSDs up and in; rule 0 keeps copies on different hosts.</summary>
    public static OsdMap Build(int racks, int hosts, int osdsPerHost, Func<int, uint>? weightOf = null)
    {
        var editor = new CrushEditor(CrushMap.CreateDefault());
        int count = racks * hosts * osdsPerHost;
        for (int osd = 0; osd < count; osd++)
        {
            int host = osd / osdsPerHost;
            editor.SetDevice(
                osd, weightOf?.Invoke(osd) ?? 0x10000, [new("host", $"h{host}"), new("rack", $"r{host / hosts}"), new("root", "default")]);
        }

        return new OsdMap
        {
            Fsid = Vectors.Fsid,
            Epoch = new Epoch(1),
            Crush = editor.ToMap(),
            Osds = [.. Enumerable.Range(0, count).Select(Osd)],
        };
    }

    public static OsdState Osd(int id) => new()
    {
        Uuid = new Guid(id, 1, 2, [3, 4, 5, 6, 7, 8, 9, 10]),
        Up = true,
        New = false,
        Weight = OsdState.FullWeight,
        UpFrom = new Epoch(1),
        DataAddress = string.Create(CultureInfo.InvariantCulture, $"10.0.0.{id % 250}:6800"),
    };

    public static OsdMap WithPool(this OsdMap map, long id, uint pgNum, int size = 3, int rule = 0) => map with
    {
        MaxPoolId = Math.Max(map.MaxPoolId, id),
        Pools = map.Pools.SetItem(id, new Pool { Id = id, Name = $"pool{id}", Size = size, MinSize = size - (size / 2), PgNum = pgNum, PgpNum = pgNum, CrushRule = rule }),
    };

    public static OsdMap WithOsd(this OsdMap map, int id, Func<OsdState, OsdState> change) => map with { Osds = map.Osds.SetItem(id, change(map.Osds[id]!)) };
}
