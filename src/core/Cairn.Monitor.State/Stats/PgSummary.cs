namespace Cairn.Monitor.State.Stats;

/// <summary>All PGs in sums.</summary>
public sealed class PgSummary
{
    private readonly SortedDictionary<string, uint> _states = new(StringComparer.Ordinal);

    public uint Pgs { get; private set; }

    public ulong Objects { get; private set; }

    public ulong Bytes { get; private set; }

    public ulong Degraded { get; private set; }

    public ulong Misplaced { get; private set; }

    public ulong Unfound { get; private set; }

    public ulong Copies { get; private set; }

    /// <summary>PGs by state, most frequent first.</summary>
    public IEnumerable<KeyValuePair<string, uint>> States => _states.OrderByDescending(s => s.Value);

    public static PgSummary Of(IEnumerable<PgView> views)
    {
        PgSummary summary = new();
        foreach (PgView view in views)
        {
            summary.Add(view);
        }

        return summary;
    }

    private void Add(PgView view)
    {
        Pgs++;
        _states[view.State] = _states.GetValueOrDefault(view.State) + 1;
        if (view.Stat is { } stat)
        {
            Objects += stat.Objects;
            Bytes += stat.Bytes;
            Degraded += stat.ObjectsDegraded;
            Misplaced += stat.ObjectsMisplaced;
            Unfound += stat.ObjectsUnfound;
            Copies += stat.ObjectCopies;
        }
    }
}
