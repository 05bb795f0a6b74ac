using System.Diagnostics.CodeAnalysis;
using Cairn.Maps;
using Cairn.Objects;

namespace Cairn.Pg;

/// <summary>
/// The newest changes of a PG, in order, and the requests that made them. Two copies whose logs overlap catch up by the log; a resent
/// request is recognised by it, for a while even after its entry was trimmed.
/// </summary>
/// <remarks>Versions may have gaps: after a split each child keeps its own objects' entries only.</remarks>
internal sealed class PgLog
{
    private readonly List<LogEntry> _entries = [];
    private readonly Queue<DupEntry> _dups = [];
    private readonly Dictionary<RequestId, DupEntry> _requests = [];
    private int _start;

    /// <summary>Everything after this version is here.</summary>
    public Eversion Tail { get; private set; }

    public Eversion Head { get; private set; }

    public int Count => _entries.Count - _start;

    public LogEntry this[int index] => _entries[_start + index];

    public IReadOnlyCollection<DupEntry> Dups => _dups;

    public static PgLog From(LogSegment segment)
    {
        var log = new PgLog();
        log.Reset(segment);
        return log;
    }

    public void Reset(LogSegment segment)
    {
        _entries.Clear();
        _start = 0;
        _dups.Clear();
        _requests.Clear();
        Tail = Head = segment.Tail;
        foreach (DupEntry dup in segment.Dups)
        {
            AddDup(dup);
        }

        foreach (LogEntry entry in segment.Entries)
        {
            Append(entry);
        }

        Head = segment.Head;
    }

    public void Append(LogEntry entry)
    {
        Invariant.Require(entry.Version > Head, "the log grows");
        _entries.Add(entry);
        Head = entry.Version;
        Remember(DupOf(entry));
    }

    /// <summary>Moves the head on without an entry: a split left the entries up to it to another PG.</summary>
    public void SetHead(Eversion head)
    {
        Invariant.Require(Count == 0 || head >= _entries[^1].Version, "the head is not before the last entry");
        Head = head;
    }

    /// <summary>What became of a request, if it is remembered.</summary>
    public bool TryFindRequest(RequestId request, out DupEntry done) => _requests.TryGetValue(request, out done);

    /// <summary>The last index whose version is at most the given one; -1 if all are newer.</summary>
    public int IndexAtOrBefore(Eversion version)
    {
        int low = 0, high = Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (this[middle].Version <= version)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low - 1;
    }

    public bool Contains(Eversion version)
    {
        int index = IndexAtOrBefore(version);
        return index >= 0 && this[index].Version == version;
    }

    public bool TryFindLatestChange(ObjectId id, [NotNullWhen(true)] out LogEntry? entry)
    {
        for (int i = Count - 1; i >= 0; i--)
        {
            if (this[i].ChangesObject && this[i].Object.Equals(id))
            {
                entry = this[i];
                return true;
            }
        }

        entry = null;
        return false;
    }

    /// <summary>What a peer at <paramref name="since"/> lacks. The segment's tail is our newest version that is not after it.</summary>
    public LogSegment After(Eversion since)
    {
        int index = IndexAtOrBefore(since);
        Eversion tail = index >= 0 ? this[index].Version : Tail;
        return new LogSegment(tail, Head, _entries.GetRange(_start + index + 1, Count - index - 1), [.. _dups]);
    }

    /// <summary>Takes off what came after a version.</summary>
    /// <returns>The entries taken off, oldest first.</returns>
    public List<LogEntry> RewindTo(Eversion version)
    {
        int keep = IndexAtOrBefore(version) + 1;
        List<LogEntry> rewound = _entries.GetRange(_start + keep, Count - keep);
        _entries.RemoveRange(_start + keep, Count - keep);
        foreach (LogEntry entry in rewound)
        {
            if (_requests.TryGetValue(entry.Request, out DupEntry known) && known.Version == entry.Version)
            {
                _requests.Remove(entry.Request);
            }
        }

        Head = version < Head ? version : Head;
        return rewound;
    }

    /// <summary>Takes over older entries of a log that reaches further back.</summary>
    /// <returns>The entries taken over.</returns>
    public List<LogEntry> ExtendTail(LogSegment segment)
    {
        if (segment.Tail >= Tail)
        {
            return [];
        }

        List<LogEntry> older = segment.Entries.TakeWhile(e => e.Version <= Tail).ToList();
        _entries.RemoveRange(0, _start);
        _start = 0;
        _entries.InsertRange(0, older);
        foreach (LogEntry entry in older)
        {
            Remember(DupOf(entry));
        }

        Tail = segment.Tail;
        DupEntry[] dups = [.. _dups.Where(d => d.Version <= Tail)];
        _dups.Clear();
        foreach (DupEntry dup in dups)
        {
            AddDup(dup);
        }

        return older;
    }

    /// <returns>The dups this log did not know.</returns>
    public List<DupEntry> MergeDups(IReadOnlyList<DupEntry> dups)
    {
        var added = new List<DupEntry>();
        foreach (DupEntry dup in dups)
        {
            if (!_requests.ContainsKey(dup.Request))
            {
                added.Add(dup);
            }
        }

        if (added.Count > 0)
        {
            DupEntry[] all = [.. _dups.Concat(added).OrderBy(static d => d.Version)];
            _dups.Clear();
            foreach (DupEntry dup in all)
            {
                AddDup(dup);
            }
        }

        return added;
    }

    /// <summary>Entries up to and including a version become dups.</summary>
    /// <param name="dupsTracked">Requests remembered in all.</param>
    /// <returns>The newest version forgotten altogether, or null.</returns>
    public Eversion? TrimTo(Eversion version, int dupsTracked)
    {
        if (version <= Tail)
        {
            return null;
        }

        Invariant.Require(version <= Head, "nothing is trimmed that was not written");
        while (Count > 0 && this[0].Version <= version)
        {
            LogEntry entry = this[0];
            _dups.Enqueue(DupOf(entry));
            _entries[_start++] = null!;
        }

        Tail = version;
        if (_start > _entries.Count / 2)
        {
            _entries.RemoveRange(0, _start);
            _start = 0;
        }

        Eversion? forgotten = null;
        while (_dups.Count > 0 && _dups.Count + Count > dupsTracked)
        {
            DupEntry dup = _dups.Dequeue();
            forgotten = dup.Version;
            if (_requests.TryGetValue(dup.Request, out DupEntry known) && known.Version == dup.Version)
            {
                _requests.Remove(dup.Request);
            }
        }

        return forgotten;
    }

    /// <summary>Takes out what belongs to PGs that split off. Dups stay on both sides: they name no object.</summary>
    public PgLog SplitOut(Func<ObjectId, bool> isChilds)
    {
        var child = new PgLog { Tail = Tail, Head = Tail };
        foreach (DupEntry dup in _dups)
        {
            child.AddDup(dup);
        }

        List<LogEntry> all = _entries.GetRange(_start, Count);
        Eversion head = Head;
        RewindTo(Tail);
        foreach (LogEntry entry in all)
        {
            (isChilds(entry.Object) ? child : this).Append(entry);
        }

        Head = head;
        child.Head = head;
        return child;
    }

    private void AddDup(DupEntry dup)
    {
        _dups.Enqueue(dup);
        Remember(dup);
    }

    private static DupEntry DupOf(LogEntry entry) => new(entry.Version, entry.Request, entry.Status);

    private void Remember(DupEntry dup)
    {
        if (dup.Request != default)
        {
            _requests[dup.Request] = dup;
        }
    }
}
