using System.Collections.Immutable;
using Cairn.Maps;
using Cairn.Objects;

namespace Cairn.Pg.Scrub;

/// <summary>The part of a PG that is compared now: no write to it begins until it is done, those begun before are committed first.</summary>
/// <param name="UpTo">The last object of the chunk; null: to the end.</param>
/// <param name="Head">The log's head when writes were stopped: nothing in the chunk may be logged after it.</param>
internal sealed class ScrubChunk(ulong sequence, ObjectId? after, ObjectId? upTo, Eversion head)
{
    public ulong Sequence => sequence;

    public ObjectId? After => after;

    public ObjectId? UpTo => upTo;

    public Eversion Head => head;

    public bool IsAsked { get; set; }

    public long AskedAtMs { get; set; }

    public ImmutableSortedDictionary<OsdId, IReadOnlyList<ScrubEntry>> Maps { get; set; } =
        ImmutableSortedDictionary<OsdId, IReadOnlyList<ScrubEntry>>.Empty;

    /// <summary>Objects whose writers wait for the chunk to end.</summary>
    public SortedSet<ObjectId> Awaited { get; } = [];

    public bool Contains(ObjectId id) => (after is null || id.CompareTo(after) > 0) && (upTo is null || id.CompareTo(upTo) <= 0);
}
