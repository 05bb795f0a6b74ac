using Cairn.Crush;
using Cairn.Maps;

namespace Cairn.Monitor.State.Liveness;

/// <summary>OSDs that fail together: the buckets of the hierarchy they share.</summary>
internal static class Subtrees
{
    /// <summary>The bucket of a type that holds the OSD; outside of any, the OSD stands for itself.</summary>
    public static int DomainOf(OsdMap map, OsdId osd, string type) =>
        map.Crush.FindType(type) is int number && map.Crush.Tree.AncestorOfType(osd.Value, number) is int bucket ? bucket : osd.Value;

    /// <summary>Whether a bucket of the type, or of a larger one, holds the OSD and nothing that is up.</summary>
    /// <remarks>Source: Ceph, <c>OSDMap::containing_subtree_is_down</c>.</remarks>
    public static string? DownSubtreeOf(OsdMap map, OsdId osd, string type)
    {
        if (map.Crush.FindType(type) is not int number)
        {
            return null;
        }

        CrushTree tree = map.Crush.Tree;
        int at = osd.Value;
        while (tree.DevicesUnder(at).All(d => !map.IsUp(new OsdId(d))))
        {
            if (tree.TypeOf(at) >= number)
            {
                return $"{tree.TypeNameOf(at)} {tree.NameOf(at)}";
            }

            if (tree.RealParentsOf(at) is not [int parent, ..])
            {
                break;
            }

            at = parent;
        }

        return null;
    }
}
