using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Binary;
using Cairn.Pg.Storage;

namespace Cairn.Pg;

/// <summary>
/// The newest changes of a PG, in order, and the requests that made them. Two copies whose logs overlap catch up by the log; a resent
/// request is recognised by it, for a while even after its entry was trimmed.
/// </summary>
/// <remarks>
/// Versions may have gaps: after a split each child keeps its own objects' entries only. Entries are made when they are asked for: a write
/// leaves none behind in memory.
/// </remarks>
internal sealed class PgLog
{
    /// <summary>First the dups, then the entries.</summary>
    private readonly LogSlots _slots = new();

    /// <summary>Everything after this version is here.</summary>
    public Eversion Tail { get; private set; }

    public Eversion Head { get; private set; }

    public int Count => _slots.Count - DupCount;

    /// <summary>Requests remembered whose entries were trimmed.</summary>
    public int DupCount { get; private set; }

    public LogEntry this[int index] => _slots.ReadEntry(DupCount + index);

    public static PgLog From(LogSegment segment)
    {
        var log = new PgLog();
        log.Reset(segment);
        return log;
    }

    public void Reset(LogSegment segment)
    {
        Refill(segment.Dups, segment.Entries);
        Tail = segment.Tail;
        Head = segment.Head;
    }

    public void Append(LogEntry entry)
    {
        Invariant.Require(entry.Version > Head, "the log grows");
        _slots.Add(entry);
        Head = entry.Version;
    }

    /// <summary>Moves the head on without an entry: a split left the entries up to it to another PG.</summary>
    public void SetHead(Eversion head)
    {
        Invariant.Require(Count == 0 || head >= VersionAt(Count - 1), "the head is not before the last entry");
        Head = head;
    }

    public Eversion VersionAt(int index) => _slots[DupCount + index].Version;

    /// <summary>Oldest first.</summary>
    public List<DupEntry> ListDups()
    {
        var dups = new List<DupEntry>(DupCount);
        for (int i = 0; i < DupCount; i++)
        {
            dups.Add(_slots[i].ToDup());
        }

        return dups;
    }

    /// <summary>What became of a request, if it is remembered.</summary>
    public bool TryFindRequest(RequestId request, out DupEntry done) => _slots.TryFind(request, out done);

    /// <summary>The last index whose version is at most the given one; -1 if all are newer.</summary>
    public int IndexAtOrBefore(Eversion version)
    {
        int low = 0, high = Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (VersionAt(middle) <= version)
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
        return index >= 0 && VersionAt(index) == version;
    }

    public bool TryFindLatestChange(ObjectId id, [NotNullWhen(true)] out LogEntry? entry)
    {
        var encoded = new ArrayBufferWriter<byte>(128);
        PgCodec.Write(new ByteWriter(encoded), id);
        for (int i = _slots.Count - 1; i >= DupCount; i--)
        {
            if (_slots[i].Kind != LogEntryKind.Noop && _slots.IsOf(i, encoded.WrittenSpan))
            {
                entry = _slots.ReadEntry(i);
                return true;
            }
        }

        entry = null;
        return false;
    }

    /// <summary>The entries behind a version, oldest first.</summary>
    public List<LogEntry> EntriesAfter(Eversion version) => EntriesFrom(IndexAtOrBefore(version) + 1);

    /// <summary>What a peer at <paramref name="since"/> lacks. The segment's tail is our newest version that is not after it.</summary>
    public LogSegment After(Eversion since)
    {
        int index = IndexAtOrBefore(since);
        return new LogSegment(index >= 0 ? VersionAt(index) : Tail, Head, EntriesFrom(index + 1), ListDups());
    }

    /// <summary>Takes off what came after a version.</summary>
    /// <returns>The entries taken off, oldest first.</returns>
    public List<LogEntry> RewindTo(Eversion version)
    {
        List<LogEntry> rewound = EntriesAfter(version);
        for (int i = rewound.Count; i > 0; i--)
        {
            _slots.RemoveLast();
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
        Tail = segment.Tail;
        Refill(ListDups().Where(d => d.Version <= Tail).ToList(), [.. older, .. EntriesFrom(0)]);
        return older;
    }

    /// <returns>The dups this log did not know.</returns>
    public List<DupEntry> MergeDups(IReadOnlyList<DupEntry> dups)
    {
        List<DupEntry> added = dups.Where(d => !_slots.TryFind(d.Request, out _)).ToList();
        if (added.Count > 0)
        {
            Refill(ListDups().Concat(added).OrderBy(static d => d.Version).ToList(), EntriesFrom(0));
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
        while (Count > 0 && VersionAt(0) <= version)
        {
            _slots.OnTrimmed(DupCount++);
        }

        Tail = version;
        Eversion? forgotten = null;
        for (; DupCount > 0 && _slots.Count > dupsTracked; DupCount--)
        {
            forgotten = _slots[0].Version;
            _slots.RemoveFirst();
        }

        return forgotten;
    }

    /// <summary>Takes out what belongs to PGs that split off. Dups stay on both sides: they name no object.</summary>
    public PgLog SplitOut(Func<ObjectId, bool> isChilds)
    {
        var child = new PgLog { Tail = Tail, Head = Head };
        List<DupEntry> dups = ListDups();
        ILookup<bool, LogEntry> entries = EntriesFrom(0).ToLookup(e => isChilds(e.Object));
        child.Refill(dups, [.. entries[true]]);
        Refill(dups, [.. entries[false]]);
        return child;
    }

    private List<LogEntry> EntriesFrom(int index)
    {
        var entries = new List<LogEntry>(Count - index);
        for (int i = index; i < Count; i++)
        {
            entries.Add(this[i]);
        }

        return entries;
    }

    private void Refill(IReadOnlyList<DupEntry> dups, IReadOnlyList<LogEntry> entries)
    {
        _slots.Clear();
        foreach (DupEntry dup in dups)
        {
            _slots.Add(dup);
        }

        DupCount = dups.Count;
        foreach (LogEntry entry in entries)
        {
            Invariant.Require(Count == 0 || entry.Version > VersionAt(Count - 1), "a log's entries are in order");
            _slots.Add(entry);
        }
    }
}
