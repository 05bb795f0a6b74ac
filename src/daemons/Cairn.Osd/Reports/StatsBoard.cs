using Cairn.Maps;
using Cairn.Pg;

namespace Cairn.Osd.Reports;

/// <summary>The latest statistics of each PG that this OSD leads, and which of them the monitors have not got yet.</summary>
internal sealed class StatsBoard
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<PgId, PgStats> _latest = [];
    private readonly SortedSet<PgId> _changed = [];

    /// <summary>Called when a PG's state is another than before: worth telling at once.</summary>
    public Action StateChanged { get; set; } = static () => { };

    public void Publish(PgStats stats)
    {
        bool changed;
        lock (_lock)
        {
            changed = !_latest.TryGetValue(stats.Pg, out PgStats? before) || before.State != stats.State;
            _latest[stats.Pg] = stats;
            _changed.Add(stats.Pg);
        }

        if (changed)
        {
            StateChanged();
        }
    }

    public void Forget(PgId pg)
    {
        lock (_lock)
        {
            _latest.Remove(pg);
            _changed.Remove(pg);
        }
    }

    /// <summary>What to report now.</summary>
    /// <param name="all">Everything known, not only what changed since the last call.</param>
    public IReadOnlyList<PgStats> Take(bool all)
    {
        lock (_lock)
        {
            List<PgStats> taken = all ? [.. _latest.Values] : [.. _changed.Select(pg => _latest[pg])];
            _changed.Clear();
            return taken;
        }
    }

    /// <summary>A report was lost: its PGs are to be told again.</summary>
    public void PutBack(IEnumerable<PgStats> stats)
    {
        lock (_lock)
        {
            foreach (PgStats lost in stats)
            {
                if (_latest.ContainsKey(lost.Pg))
                {
                    _changed.Add(lost.Pg);
                }
            }
        }
    }

    public PgStats? Find(PgId pg)
    {
        lock (_lock)
        {
            return _latest.GetValueOrDefault(pg);
        }
    }
}
