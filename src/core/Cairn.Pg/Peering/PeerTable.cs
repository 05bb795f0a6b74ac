using System.Diagnostics.CodeAnalysis;
using Cairn.Maps;

namespace Cairn.Pg.Peering;

/// <summary>The other copies the primary has heard of in this interval. In the order of OSD ids.</summary>
internal sealed class PeerTable
{
    private readonly SortedDictionary<OsdId, Peer> _peers = [];

    public IEnumerable<Peer> All => _peers.Values;

    public bool TryGet(OsdId osd, [NotNullWhen(true)] out Peer? peer) => _peers.TryGetValue(osd, out peer);

    public Peer this[OsdId osd] => _peers[osd];

    public bool Contains(OsdId osd) => _peers.ContainsKey(osd);

    /// <summary>Notes what a copy told of itself.</summary>
    public void Hear(OsdId osd, PgInfo info, Epoch epoch) => _peers[osd] = new Peer(osd, info, epoch);

    public void Forget(OsdId osd) => _peers.Remove(osd);

    public void ForgetMissing()
    {
        foreach (Peer peer in _peers.Values)
        {
            peer.Missing = null;
        }
    }

    /// <summary>Forgets those that went down or restarted since they spoke: what they told may have been lost with them.</summary>
    public void ForgetGone(OsdMap map)
    {
        foreach (Peer peer in _peers.Values.ToArray())
        {
            if (map.Osd(peer.Osd) is not { Up: true } state || state.UpFrom > peer.HeardIn)
            {
                _peers.Remove(peer.Osd);
            }
        }
    }

    public void Clear() => _peers.Clear();
}
