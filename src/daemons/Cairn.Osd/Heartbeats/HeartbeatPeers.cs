using Cairn.Maps;

namespace Cairn.Osd.Heartbeats;

/// <summary>Chooses whom to exchange heartbeats with: those it shares PGs with, and some neighbours by id so that no OSD goes unwatched.</summary>
/// <remarks>Source: Ceph, <c>OSD::maybe_update_heartbeat_peers</c> with <c>osd_heartbeat_min_peers</c>.</remarks>
internal static class HeartbeatPeers
{
    public const int PeersMin = 10;

    public static IReadOnlyList<(OsdId Osd, Epoch UpFrom)> Choose(OsdMap map, OsdId whoami, IEnumerable<OsdId> pgPeers)
    {
        var chosen = new SortedDictionary<OsdId, Epoch>();
        foreach (OsdId osd in pgPeers)
        {
            Add(osd);
        }

        // The nearest up ids on both sides, around the end: every OSD has watchers even before it holds a PG.
        int count = map.Osds.Length;
        for (int distance = 1; distance < count && chosen.Count < PeersMin; distance++)
        {
            Add(new OsdId((whoami.Value + distance) % count));
            Add(new OsdId((whoami.Value - distance + count) % count));
        }

        return [.. chosen.Select(p => (p.Key, p.Value))];

        void Add(OsdId osd)
        {
            if (osd != whoami && map.Osd(osd) is { Up: true } state)
            {
                chosen[osd] = state.UpFrom;
            }
        }
    }
}
