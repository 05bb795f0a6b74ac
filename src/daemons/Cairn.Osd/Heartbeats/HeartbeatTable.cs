using Cairn.Maps;

namespace Cairn.Osd.Heartbeats;

/// <summary>
/// Who answers and who does not: decides, from stamps it is given, which peers to report. Times are milliseconds of one monotonic clock.
/// </summary>
internal sealed class HeartbeatTable(long graceMs)
{
    private readonly SortedDictionary<OsdId, Peer> _peers = [];

    public IEnumerable<OsdId> Peers => _peers.Keys;

    /// <summary>Replaces the peers. One that restarted (a new up_from) starts afresh.</summary>
    public void SetPeers(IEnumerable<(OsdId Osd, Epoch UpFrom)> peers, long nowMs)
    {
        var wanted = new Dictionary<OsdId, Epoch>();
        foreach ((OsdId osd, Epoch upFrom) in peers)
        {
            wanted[osd] = upFrom;
        }

        foreach (OsdId gone in _peers.Keys.Where(o => !wanted.TryGetValue(o, out Epoch e) || e != _peers[o].UpFrom).ToList())
        {
            _peers.Remove(gone);
        }

        foreach ((OsdId osd, Epoch upFrom) in wanted)
        {
            _peers.TryAdd(osd, new Peer(upFrom, nowMs));
        }
    }

    /// <summary>A peer answered a ping sent at <paramref name="pingSentMs"/>: it was alive then at least.</summary>
    /// <returns>True if it had been reported and the report is to be taken back.</returns>
    public bool Answered(OsdId osd, long pingSentMs)
    {
        if (!_peers.TryGetValue(osd, out Peer? peer))
        {
            return false;
        }

        peer.LastAliveMs = Math.Max(peer.LastAliveMs, pingSentMs);
        bool takeBack = peer.Reported;
        peer.Reported = false;
        peer.ProcessGone = false;
        return takeBack;
    }

    /// <summary>The peer's host refused a connection: no process listens there.</summary>
    /// <returns>True if that is news, to be told at once.</returns>
    public bool Refused(OsdId osd)
    {
        if (!_peers.TryGetValue(osd, out Peer? peer) || peer.ProcessGone)
        {
            return false;
        }

        peer.ProcessGone = true;
        return true;
    }

    /// <summary>Peers that count as failed now. They stay so until they answer or the map drops them.</summary>
    public IReadOnlyList<PeerFailure> Failures(long nowMs)
    {
        var failures = new List<PeerFailure>();
        foreach ((OsdId osd, Peer peer) in _peers)
        {
            long silentMs = nowMs - peer.LastAliveMs;
            if (peer.ProcessGone || silentMs > graceMs)
            {
                failures.Add(new PeerFailure(osd, peer.UpFrom, peer.ProcessGone, silentMs, IsNew: !peer.Reported));
                peer.Reported = true;
            }
        }

        return failures;
    }

    private sealed class Peer(Epoch upFrom, long nowMs)
    {
        public Epoch UpFrom { get; } = upFrom;

        public long LastAliveMs { get; set; } = nowMs;

        public bool ProcessGone { get; set; }

        public bool Reported { get; set; }
    }
}

/// <param name="ProcessGone">Its socket refused the connection, rather than staying silent.</param>
/// <param name="IsNew">It has not been reported before.</param>
internal readonly record struct PeerFailure(OsdId Osd, Epoch UpFrom, bool ProcessGone, long SilentMs, bool IsNew);
