using Cairn.Simulation.Chance;
using Cairn.Simulation.Time;

namespace Cairn.Simulation.Network;

/// <summary>
/// Connections between everyone: messages of one direction of one connection arrive in order or not at all; those of different
/// connections overtake each other. A connection that breaks loses what is on its way in both directions, and both ends learn of it, sometime.
/// </summary>
public sealed class SimNetwork(EventQueue events, SeededRandom random, NetworkOptions options)
{
    private readonly Dictionary<(Address From, Address To), Link> _links = [];
    private readonly Dictionary<Address, INetworkNode> _nodes = [];
    private readonly HashSet<(Address From, Address To)> _blocked = [];

    /// <summary>Messages delivered so far.</summary>
    public long Delivered { get; private set; }

    public bool IsWhole => _blocked.Count == 0;

    public void Attach(Address address, INetworkNode node) => _nodes[address] = node;

    /// <param name="deliver">Runs at the receiver when the message arrives.</param>
    public void Send(Address from, Address to, Action deliver)
    {
        Link link = LinkOf(from, to);
        if (_blocked.Contains((from, to)) || !_nodes[to].IsRunning)
        {
            NoticeLoss(from, to);
            return;
        }

        long delay = random.Chance(options.SlowShare)
            ? random.Between(options.DelayMaxUs, options.SlowDelayMaxUs)
            : random.Between(options.DelayMinUs, options.DelayMaxUs);
        long arrival = Math.Max(events.NowUs + delay + link.ExtraUs, link.LastArrivalUs);
        link.LastArrivalUs = arrival;
        int session = link.Session;
        int life = _nodes[to].Life;
        events.After(arrival - events.NowUs, () =>
        {
            // What travels when the link is cut, the connection breaks, or the receiver dies, is lost.
            if (link.Session == session && _nodes[to].Life == life && _nodes[to].IsRunning && !_blocked.Contains((from, to)))
            {
                Delivered++;
                deliver();
            }
            else
            {
                NoticeLoss(from, to);
            }
        });
    }

    /// <summary>Breaks the connection between two: both learn of it within a second.</summary>
    public void Break(Address a, Address b)
    {
        LinkOf(a, b).Session++;
        LinkOf(b, a).Session++;
        NoticeLoss(a, b);
        NoticeLoss(b, a);
    }

    /// <summary>Nothing gets from one to the other any more. What the other way round does is not touched.</summary>
    public void Block(Address from, Address to) => _blocked.Add((from, to));

    public void Unblock(Address from, Address to) => _blocked.Remove((from, to));

    public void UnblockAll() => _blocked.Clear();

    /// <summary>A way that is congested: everything on it takes that much longer.</summary>
    public void Delay(Address from, Address to, long extraUs) => LinkOf(from, to).ExtraUs = extraUs;

    public void HurryAll()
    {
        foreach (Link link in _links.Values)
        {
            link.ExtraUs = 0;
        }
    }

    public bool IsBlocked(Address from, Address to) => _blocked.Contains((from, to));

    /// <summary>Breaks all connections of one that died: the others' systems refuse or reset them.</summary>
    public void BreakAll(Address of)
    {
        foreach (Address other in _nodes.Keys.Where(o => o != of))
        {
            Break(of, other);
        }
    }

    // A sender is told once per loss at most every so often, and late: as a TCP stack does after its retries.
    private void NoticeLoss(Address at, Address other)
    {
        Link link = LinkOf(at, other);
        if (link.NoticePending)
        {
            return;
        }

        link.NoticePending = true;
        int life = _nodes[at].Life;
        events.After(random.Between(1_000, 1_000_000), () =>
        {
            link.NoticePending = false;
            if (_nodes[at].Life == life && _nodes[at].IsRunning)
            {
                _nodes[at].ConnectionLost(other);
            }
        });
    }

    private Link LinkOf(Address from, Address to)
    {
        if (!_links.TryGetValue((from, to), out Link? link))
        {
            _links[(from, to)] = link = new Link();
        }

        return link;
    }

    private sealed class Link
    {
        public long LastArrivalUs { get; set; }

        public long ExtraUs { get; set; }

        /// <summary>Grows when the connection breaks.</summary>
        public int Session { get; set; }

        public bool NoticePending { get; set; }
    }
}
