using Cairn.Maps;
using Cairn.Maps.Stats;

namespace Cairn.Monitor.State.Stats;

/// <summary>
/// What OSDs told the leader of themselves and of their PGs. Volatile and mutable, fed by one thread at a time; lost with the leader, back in seconds.
/// </summary>
public sealed class ClusterStats
{
    private readonly SortedDictionary<PgId, PgStat> _pgs = [];
    private readonly SortedDictionary<OsdId, Reported> _osds = [];
    private readonly SortedDictionary<long, IoRates> _poolRates = [];
    private readonly PgStateText _text = new();

    // Mapping every PG is the dear part, and a map lives long.
    private OsdMap? _mappedFor;
    private readonly Dictionary<PgId, PgMapping> _mappings = [];

    private sealed record Reported(OsdStat Stat, long AtMs);

    public IoRates Rates { get; private set; } = new();

    public IEnumerable<OsdStat> Osds => _osds.Values.Select(o => o.Stat);

    public OsdStat? OsdStatOf(OsdId osd) => _osds.GetValueOrDefault(osd)?.Stat;

    public IoRates? RatesOf(long pool) => _poolRates.GetValueOrDefault(pool);

    /// <summary>When the OSD reported last; null: never.</summary>
    public long? ReportedAtMs(OsdId osd) => _osds.GetValueOrDefault(osd)?.AtMs;

    public void Clear()
    {
        _pgs.Clear();
        _osds.Clear();
        _poolRates.Clear();
        Rates = new IoRates();
    }

    /// <summary>Takes a report in; one of an OSD's earlier incarnation is dropped.</summary>
    public void Report(OsdMap map, OsdStat osd, IReadOnlyList<PgStat> pgs, long nowMs)
    {
        OsdId id = new(osd.Osd);
        if (map.Osd(id) is not { } state || state.UpFrom.Value > osd.UpFrom)
        {
            return;
        }

        _osds[id] = new Reported(osd, nowMs);
        foreach (PgStat pg in pgs)
        {
            Report(map, pg, nowMs);
        }
    }

    /// <summary>Forgets PGs and OSDs that the map no longer has.</summary>
    public void Prune(OsdMap map)
    {
        foreach (PgId pg in _pgs.Keys.Where(p => !Exists(map, p)).ToArray())
        {
            _pgs.Remove(pg);
        }

        foreach (OsdId osd in _osds.Keys.Where(o => map.Osd(o) is null).ToArray())
        {
            _osds.Remove(osd);
        }

        foreach (long pool in _poolRates.Keys.Where(p => !map.Pools.ContainsKey(p)).ToArray())
        {
            _poolRates.Remove(pool);
        }
    }

    /// <summary>Every PG of the map, in order.</summary>
    /// <param name="staleAfterMs">A primary silent for this long no longer vouches for its PGs.</param>
    public IEnumerable<PgView> Pgs(OsdMap map, long nowMs, long staleAfterMs) => map.Pools.Values.SelectMany(pool =>
        Enumerable.Range(0, (int)pool.PgNum).Select(seed => View(map, new PgId(pool.Id, (uint)seed), nowMs, staleAfterMs)));

    public PgView View(OsdMap map, PgId pg, long nowMs, long staleAfterMs)
    {
        PgMapping mapping = MappingOf(map, pg);
        PgStat? stat = _pgs.GetValueOrDefault(pg);
        string state = stat is null ? "unknown" : StateOf(map, mapping, stat, nowMs, staleAfterMs);
        return new PgView(pg, stat, state, _text.Parse(state), mapping);
    }

    private string StateOf(OsdMap map, PgMapping mapping, PgStat stat, long nowMs, long staleAfterMs)
    {
        if (!mapping.ActingPrimary.IsReal)
        {
            return $"stale+{stat.State}";
        }

        OsdId reporter = new(stat.ActingPrimary);
        bool sameInterval = mapping.ActingPrimary == reporter
            && Same(mapping.Acting, stat.Acting) && Same(mapping.Up, stat.Up)
            && map.Osd(reporter)!.UpFrom.Value <= stat.ReportedEpoch;
        if (!sameInterval)
        {
            // The map has moved on and the primary has not said yet what became of the PG: it must peer first.
            return "peering";
        }

        return ReportedAtMs(reporter) is { } at && nowMs - at <= staleAfterMs ? stat.State : $"stale+{stat.State}";
    }

    private void Report(OsdMap map, PgStat pg, long nowMs)
    {
        PgId id = new(pg.Pool, pg.Seed);
        if (!Exists(map, id))
        {
            return;
        }

        PgStat? before = _pgs.GetValueOrDefault(id);
        bool samePrimary = before?.ActingPrimary == pg.ActingPrimary;
        if (before is not null && (before.ReportedEpoch > pg.ReportedEpoch
            || (samePrimary && before.ReportedEpoch == pg.ReportedEpoch && before.ReportedSequence >= pg.ReportedSequence)))
        {
            return;
        }

        _pgs[id] = pg;
        if (!_poolRates.TryGetValue(pg.Pool, out IoRates? rates))
        {
            _poolRates[pg.Pool] = rates = new IoRates();
        }

        PgStat? comparable = samePrimary ? before : null;
        rates.Add(comparable, pg, nowMs);
        Rates.Add(comparable, pg, nowMs);
    }

    private PgMapping MappingOf(OsdMap map, PgId pg)
    {
        if (!ReferenceEquals(_mappedFor, map))
        {
            _mappedFor = map;
            _mappings.Clear();
        }

        if (!_mappings.TryGetValue(pg, out PgMapping? mapping))
        {
            _mappings[pg] = mapping = map.MapPg(pg);
        }

        return mapping;
    }

    private static bool Exists(OsdMap map, PgId pg) => map.Pools.TryGetValue(pg.Pool, out Pool? pool) && pg.Seed < pool.PgNum;

    private static bool Same(IReadOnlyList<OsdId> a, IReadOnlyList<int> b)
    {
        bool same = a.Count == b.Count;
        for (int i = 0; same && i < b.Count; i++)
        {
            same = a[i].Value == b[i];
        }

        return same;
    }
}
