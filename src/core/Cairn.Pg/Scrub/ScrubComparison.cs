using System.Collections.Immutable;
using Cairn.Maps;
using Cairn.Objects;

namespace Cairn.Pg.Scrub;

/// <summary>Compares what the copies hold of one chunk.</summary>
internal static class ScrubComparison
{
    /// <param name="maps">By OSD, the primary's own among them; entries in order.</param>
    /// <param name="isRemoved">Whether the log says that the object does not exist.</param>
    public static IReadOnlyList<InconsistentObject> Compare(
        OsdId primary, ImmutableSortedDictionary<OsdId, IReadOnlyList<ScrubEntry>> maps, Func<ObjectId, bool> isRemoved)
    {
        var byObject = new SortedDictionary<ObjectId, SortedDictionary<OsdId, ScrubEntry>>();
        foreach (var (osd, entries) in maps)
        {
            foreach (ScrubEntry entry in entries)
            {
                if (!byObject.TryGetValue(entry.Object, out SortedDictionary<OsdId, ScrubEntry>? copies))
                {
                    byObject[entry.Object] = copies = [];
                }

                copies[osd] = entry;
            }
        }

        var found = new List<InconsistentObject>();
        foreach (var (id, copies) in byObject)
        {
            InconsistentObject? result = isRemoved(id) ? Unexpected(id, copies) : CompareCopies(id, primary, copies, maps.Keys);
            if (result is not null)
            {
                found.Add(result);
            }
        }

        return found;
    }

    private static InconsistentObject Unexpected(ObjectId id, SortedDictionary<OsdId, ScrubEntry> copies) =>
        new(id, null, Eversion.Zero, copies.Keys.ToImmutableSortedDictionary(static o => o, static _ => ScrubErrors.Unexpected));

    private static InconsistentObject? CompareCopies(
        ObjectId id, OsdId primary, SortedDictionary<OsdId, ScrubEntry> copies, IEnumerable<OsdId> all)
    {
        ScrubEntry? good = FindGood(primary, copies);
        var bad = ImmutableSortedDictionary.CreateBuilder<OsdId, ScrubErrors>();
        OsdId? source = null;
        foreach (OsdId osd in all)
        {
            ScrubErrors errors = !copies.TryGetValue(osd, out ScrubEntry copy) ? ScrubErrors.Missing
                : copy.ReadFailed ? ScrubErrors.ReadError
                : good is { } reference ? Difference(copy, reference) : ScrubErrors.None;
            if (errors != ScrubErrors.None)
            {
                bad[osd] = errors;
            }
            else if (source is null || osd == primary)
            {
                source = osd;
            }
        }

        return bad.Count == 0 ? null : new InconsistentObject(id, source, good?.Version ?? Eversion.Zero, bad.ToImmutable());
    }

    /// <summary>What most readable copies agree on; of as many, the newest; of those, the primary's.</summary>
    private static ScrubEntry? FindGood(OsdId primary, SortedDictionary<OsdId, ScrubEntry> copies)
    {
        var readable = copies.Where(static c => !c.Value.ReadFailed).ToList();
        return readable.Count == 0
            ? null
            : readable.GroupBy(static c => c.Value)
                .OrderByDescending(static g => g.Count())
                .ThenByDescending(static g => g.Key.Version)
                .ThenByDescending(g => g.Any(c => c.Key == primary))
                .First().Key;
    }

    private static ScrubErrors Difference(ScrubEntry copy, ScrubEntry good)
    {
        ScrubErrors errors = ScrubErrors.None;
        errors |= copy.Version != good.Version ? ScrubErrors.VersionMismatch : 0;
        errors |= copy.Size != good.Size ? ScrubErrors.SizeMismatch : 0;
        errors |= copy.XattrDigest != good.XattrDigest ? ScrubErrors.XattrMismatch : 0;
        errors |= copy.OmapDigest != good.OmapDigest ? ScrubErrors.OmapMismatch : 0;
        errors |= copy.DataDigest != good.DataDigest ? ScrubErrors.DataMismatch : 0;
        return errors;
    }
}
