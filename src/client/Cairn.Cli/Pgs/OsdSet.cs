using System.Globalization;
using Cairn.Maps;

namespace Cairn.Cli.Pgs;

/// <summary>A set of OSDs with its primary, as Ceph prints it: [1,3,0]p1. A hole prints as NONE.</summary>
internal static class OsdSet
{
    public static string Text(IReadOnlyList<int> osds, int primary) =>
        $"[{string.Join(',', osds.Select(o => o == OsdId.None.Value ? "NONE" : o.ToString(CultureInfo.InvariantCulture)))}]p{primary.ToString(CultureInfo.InvariantCulture)}";
}
