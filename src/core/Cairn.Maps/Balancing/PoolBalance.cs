using System.Collections.Immutable;
using Cairn.Crush;

namespace Cairn.Maps;

/// <summary>The PGs of a pool, the OSDs they are on, and how far each OSD is from its fair share; moves one replica at a time.</summary>
internal sealed class PoolBalance
{
    private readonly OsdMap _map;
    private readonly Pool _pool;
    private readonly RuleShape _shape;
    private readonly int[] _members;
    private readonly int[] _memberCounts;
    private readonly int _places;
    private readonly Dictionary<uint, List<(int From, int To)>> _items = [];
    private readonly SortedSet<uint> _changed = [];
    private readonly Dictionary<int, SortedSet<uint>> _pgsOf = [];
    private readonly Dictionary<int, double> _deviation = [];
    private readonly SortedSet<(double Deviation, int Osd)> _order = [];

    // OSDs no replica of which can be moved: as long as no member near them moves, there is no need to try again.
    private readonly HashSet<int> _stuck = [];

    public PoolBalance(OsdMap map, Pool pool, RuleShape shape)
    {
        _map = map;
        _pool = pool;
        _shape = shape;
        _places = map.MaxPlaces(pool);
        _members = new int[pool.PgNum * _places];
        _memberCounts = new int[pool.PgNum];
        foreach ((PgId pg, ImmutableArray<(OsdId From, OsdId To)> items) in map.PgUpmapItems)
        {
            if (pg.Pool == pool.Id)
            {
                LoadItems(pg, items);
            }
        }

        CountPgs();
        SetTargets();
    }

    public double MaxDeviation => _order.Count == 0 ? 0 : Math.Max(_order.Max.Deviation, -_order.Min.Deviation);

    /// <summary>Makes the best move there is, if some OSD is further off than allowed and can be helped.</summary>
    public bool TryImprove(double maxDeviation)
    {
        foreach ((double deviation, int osd) in _order.Reverse())
        {
            bool needed = deviation > maxDeviation || _order.Min.Deviation < -maxDeviation;
            if (!needed || deviation - _order.Min.Deviation <= 1)
            {
                return false;
            }

            if (!_stuck.Contains(osd) && TryRelieve(osd, deviation, maxDeviation))
            {
                _stuck.Clear();
                return true;
            }

            _stuck.Add(osd);
        }

        return false;
    }

    public IEnumerable<KeyValuePair<PgId, ImmutableArray<(OsdId From, OsdId To)>>> Changes() => _changed.Select(seed => KeyValuePair.Create(
        new PgId(_pool.Id, seed),
        _items.TryGetValue(seed, out var items) ? items.Select(i => (new OsdId(i.From), new OsdId(i.To))).ToImmutableArray() : []));

    // Pairs that do nothing (CRUSH no longer names their source, their target is there or out) are dropped: a later move could wake them.
    private void LoadItems(PgId pg, ImmutableArray<(OsdId From, OsdId To)> items)
    {
        Span<int> raw = stackalloc int[_places];
        int count = _map.MapRaw(_pool, pg, raw);
        if (_map.PgUpmap.ContainsKey(pg) || pg.Seed >= _pool.PgNum)
        {
            return;
        }

        var effective = new List<(int From, int To)>();
        foreach ((OsdId from, OsdId to) in items)
        {
            int at = raw[..count].IndexOf(from.Value);
            if (at >= 0 && _map.Osd(to) is { In: true } && !raw[..count].Contains(to.Value))
            {
                raw[at] = to.Value;
                effective.Add((from.Value, to.Value));
            }
        }

        if (effective.Count > 0)
        {
            _items.Add(pg.Seed, effective);
        }

        if (effective.Count < items.Length)
        {
            _changed.Add(pg.Seed);
        }
    }

    private void CountPgs()
    {
        PoolMapping mapping = PoolMapping.ComputeRaw(_map, _pool.Id);
        for (uint seed = 0; seed < _pool.PgNum; seed++)
        {
            ReadOnlySpan<int> set = mapping.UpOf(seed);
            set.CopyTo(_members.AsSpan((int)seed * _places));
            _memberCounts[seed] = set.Length;
            foreach (int osd in set)
            {
                if (osd != CrushMap.NoItem)
                {
                    PgsOf(osd).Add(seed);
                }
            }
        }
    }

    private void SetTargets()
    {
        SortedDictionary<int, double> weights = _shape.Weights();
        double total = weights.Values.Sum();
        double replicas = _pgsOf.Values.Sum(p => p.Count);
        foreach ((int osd, double weight) in weights)
        {
            double deviation = PgsOf(osd).Count - (replicas * weight / total);
            _deviation.Add(osd, deviation);
            _order.Add((deviation, osd));
        }
    }

    // One replica of an OSD to the emptiest OSD that may have it. If only others are too empty, to one of those.
    private bool TryRelieve(int from, double deviation, double maxDeviation)
    {
        bool tooFull = deviation > maxDeviation;
        (double Deviation, uint Seed, int To) best = (double.MaxValue, 0, -1);
        foreach (uint seed in PgsOf(from))
        {
            foreach ((double there, int to) in _order)
            {
                if (deviation - there <= 1 || there >= best.Deviation || (!tooFull && there >= -maxDeviation))
                {
                    break;
                }

                if (MayMove(seed, from, to))
                {
                    best = (there, seed, to);
                    break;
                }
            }

            if (best.To == _order.Min.Osd)
            {
                break;
            }
        }

        if (best.To < 0)
        {
            return false;
        }

        Move(best.Seed, from, best.To);
        return true;
    }

    private bool MayMove(uint seed, int from, int to)
    {
        // A whole-PG upmap is an admin's word.
        if (!_map.IsUp(new OsdId(to)) || _map.PgUpmap.ContainsKey(new PgId(_pool.Id, seed)))
        {
            return false;
        }

        // An OSD that a pair of this PG already moves away from may only come back by undoing that pair.
        if (_items.TryGetValue(seed, out var items) && items.Any(i => i.From == to && i.To != from))
        {
            return false;
        }

        return _shape.CanReplace(MembersOf(seed), from, to);
    }

    private void Move(uint seed, int from, int to)
    {
        Span<int> members = MembersOf(seed);
        members[members.IndexOf(from)] = to;
        if (!_items.TryGetValue(seed, out var items))
        {
            _items.Add(seed, items = []);
        }

        int pair = items.FindIndex(i => i.To == from);
        if (pair < 0)
        {
            items.Add((from, to));
        }
        else if (items[pair].From == to)
        {
            items.RemoveAt(pair);
        }
        else
        {
            items[pair] = (items[pair].From, to);
        }

        if (items.Count == 0)
        {
            _items.Remove(seed);
        }

        _changed.Add(seed);
        PgsOf(from).Remove(seed);
        PgsOf(to).Add(seed);
        Shift(from, -1);
        Shift(to, 1);
    }

    private void Shift(int osd, double by)
    {
        double old = _deviation[osd];
        _order.Remove((old, osd));
        _deviation[osd] = old + by;
        _order.Add((old + by, osd));
    }

    private Span<int> MembersOf(uint seed) => _members.AsSpan((int)seed * _places, _memberCounts[seed]);

    private SortedSet<uint> PgsOf(int osd)
    {
        if (!_pgsOf.TryGetValue(osd, out SortedSet<uint>? pgs))
        {
            _pgsOf.Add(osd, pgs = []);
        }

        return pgs;
    }
}
