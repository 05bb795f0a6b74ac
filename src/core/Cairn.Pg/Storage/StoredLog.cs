using Cairn.Objects;

namespace Cairn.Pg.Storage;

/// <summary>A PG's log as it is read from the store, entry by entry in order.</summary>
internal sealed class StoredLog(Eversion head, FastInfo info)
{
    private readonly List<LogEntry> _entries = [];
    private readonly List<DupEntry> _dups = [];

    public Eversion Head { get; private set; } = head;

    public FastInfo Info { get; private set; } = info;

    public void Add(DupEntry dup) => _dups.Add(dup);

    public void Add(LogEntry entry) => _entries.Add(entry);

    public void AddWritten(LogEntry entry, in FastInfo info)
    {
        Add(entry);
        if (entry.Version > Head)
        {
            Head = entry.Version;
            Info = info;
        }
    }

    /// <summary>All were added.</summary>
    public PgLog ToLog()
    {
        // A trimmed entry stays in the store as it is: it is a dup until it is forgotten.
        int trimmed = _entries.FindIndex(e => e.Version > Info.Tail);
        trimmed = trimmed < 0 ? _entries.Count : trimmed;
        _dups.AddRange(_entries.Take(trimmed).Select(static e => new DupEntry(e.Version, e.Request, e.Status)));
        _dups.Sort(static (a, b) => a.Version.CompareTo(b.Version));
        return PgLog.From(new LogSegment(Info.Tail, Head, _entries.GetRange(trimmed, _entries.Count - trimmed), _dups));
    }
}
