using Cairn.Maps;

namespace Cairn.Osd.Maps;

/// <summary>The newest maps, by epoch, without gaps: for messages and PGs that are a few epochs behind.</summary>
internal sealed class MapHistory
{
    /// <summary>Consecutive maps share nearly everything, so that keeping many costs little.</summary>
    private const int MapsMax = 1000;

    private readonly Lock _lock = new();
    private readonly Dictionary<Epoch, OsdMap> _maps = [];
    private Epoch _oldest;
    private volatile OsdMap? _newest;

    /// <exception cref="InvalidOperationException">There is none yet.</exception>
    public OsdMap Newest => _newest ?? throw new InvalidOperationException("no map yet");

    public void Add(OsdMap map)
    {
        lock (_lock)
        {
            Invariant.Require(_newest is null || map.Epoch == _newest.Epoch.Next, "maps come without gaps");
            _oldest = _newest is null ? map.Epoch : _oldest;
            _maps[map.Epoch] = map;
            _newest = map;
            for (; _maps.Count > MapsMax; _oldest = _oldest.Next)
            {
                _maps.Remove(_oldest);
            }
        }
    }

    public OsdMap? Find(Epoch epoch)
    {
        lock (_lock)
        {
            return _maps.GetValueOrDefault(epoch);
        }
    }

    /// <summary>The maps from one epoch to another, both included; null if some of them are not kept.</summary>
    public IReadOnlyList<OsdMap>? Range(Epoch first, Epoch last)
    {
        lock (_lock)
        {
            var maps = new List<OsdMap>();
            for (Epoch e = first; e <= last; e = e.Next)
            {
                if (!_maps.TryGetValue(e, out OsdMap? map))
                {
                    return null;
                }

                maps.Add(map);
            }

            return maps;
        }
    }
}
