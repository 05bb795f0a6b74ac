using Cairn.Maps;
using Cairn.Messaging;
using Cairn.Messaging.DataPlane;
using Cairn.Messaging.DataPlane.Frames;
using Microsoft.Extensions.Logging;

namespace Cairn.Osd.Peers;

/// <summary>The links to the other OSDs, by what the newest map says of where they are.</summary>
internal sealed class PeerLinks(DataConnector connector, ILogger logger)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<OsdId, (PeerLink Link, Epoch UpFrom)> _links = [];
    private OsdMap? _map;

    /// <summary>Closes links to incarnations that are gone, and with them what was still to be sent.</summary>
    public void SetMap(OsdMap map)
    {
        var gone = new List<PeerLink>();
        lock (_lock)
        {
            _map = map;
            foreach ((OsdId osd, (PeerLink link, Epoch upFrom)) in _links.ToList())
            {
                if (map.Osd(osd) is not { Up: true } state || state.UpFrom != upFrom)
                {
                    gone.Add(link);
                    _links.Remove(osd);
                }
            }
        }

        gone.ForEach(static link => link.Close());
    }

    /// <summary>Best effort, in order; dropped if the map says that nobody is there.</summary>
    public void Send(OsdId to, Frame frame, IDisposable? release)
    {
        PeerLink? link = Find(to);
        if (link is null)
        {
            release?.Dispose();
        }
        else
        {
            link.Send(frame, release);
        }
    }

    public void CloseAll()
    {
        lock (_lock)
        {
            foreach ((PeerLink link, _) in _links.Values)
            {
                link.Close();
            }

            _links.Clear();
            _map = null;
        }
    }

    private PeerLink? Find(OsdId to)
    {
        lock (_lock)
        {
            if (_links.TryGetValue(to, out (PeerLink Link, Epoch UpFrom) known))
            {
                return known.Link;
            }

            if (_map?.Osd(to) is not { Up: true } state || !HostPort.TryParse(state.DataAddress, out HostPort address))
            {
                return null;
            }

            var link = new PeerLink(to, address, connector, logger);
            _links.Add(to, (link, state.UpFrom));
            return link;
        }
    }
}
