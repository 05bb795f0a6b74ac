using System.Collections.Immutable;
using Cairn.Maps;
using Cairn.Objects;

namespace Cairn.Pg.Scrub;

/// <summary>An object whose copies are not alike.</summary>
/// <param name="Good">Of the copy that the others are held to; null: no copy is good, or none should exist.</param>
/// <param name="Version">Of the good copy.</param>
/// <param name="Bad">The copies that differ, and in what. Sorted by OSD.</param>
public sealed record InconsistentObject(ObjectId Object, OsdId? Good, Eversion Version, ImmutableSortedDictionary<OsdId, ScrubErrors> Bad)
{
    public override string ToString() =>
        $"{Object}: {string.Join(", ", Bad.Select(static b => $"{b.Key} {b.Value}"))}; {(Good is { } good ? $"{good} has {Version}" : "no copy to repair from")}";
}
