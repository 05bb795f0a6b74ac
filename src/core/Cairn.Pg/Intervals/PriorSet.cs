using System.Collections.Immutable;
using Cairn.Maps;

namespace Cairn.Pg;

/// <summary>Who must be heard before the PG may go on: everyone of now, and of each past interval that may have taken writes.</summary>
/// <param name="Probe">Up, and asked for its info. Sorted.</param>
/// <param name="BlockedBy">Down, and without them an interval has no member left that could tell of its writes. Sorted.</param>
/// <remarks>Source: Ceph, <c>PeeringState::build_prior</c>. One survivor of an interval is enough: a write was acknowledged by all its members.</remarks>
internal sealed record PriorSet(ImmutableSortedSet<OsdId> Probe, ImmutableSortedSet<OsdId> BlockedBy)
{
    public bool IsBlocked => !BlockedBy.IsEmpty;

    public bool IsSameAs(PriorSet other) => Probe.SetEquals(other.Probe) && BlockedBy.SetEquals(other.BlockedBy);

    public static PriorSet Build(OsdMap map, Interval interval, PastIntervals past, Epoch lastEpochStarted)
    {
        var probe = ImmutableSortedSet.CreateBuilder<OsdId>();
        var blockedBy = ImmutableSortedSet.CreateBuilder<OsdId>();
        probe.UnionWith(interval.Acting.Concat(interval.Up).Where(static o => o.IsReal));
        for (int i = past.Intervals.Length - 1; i >= 0; i--)
        {
            PastInterval old = past.Intervals[i];
            if (old.Last < lastEpochStarted)
            {
                break; // What was written then is in the copies activated since.
            }

            if (old.MaybeWentRw)
            {
                AddMembers(map, old, probe, blockedBy);
            }
        }

        return new PriorSet(probe.ToImmutable(), blockedBy.ToImmutable());
    }

    private static void AddMembers(
        OsdMap map, PastInterval old, ImmutableSortedSet<OsdId>.Builder probe, ImmutableSortedSet<OsdId>.Builder blockedBy)
    {
        bool anyHeard = false;
        var down = new List<OsdId>();
        foreach (OsdId osd in old.Acting)
        {
            OsdState? state = map.Osd(osd);
            if (state is null or { Destroyed: true } || state.CreatedIn > old.First)
            {
                continue; // The disk it had then is gone: it neither can tell of that interval, nor is it worth waiting for.
            }

            if (state.Up)
            {
                probe.Add(osd);
                anyHeard = true;
            }
            else if (state.LostAt > old.First)
            {
                anyHeard = true; // An admin declared that nothing will be heard.
            }
            else
            {
                down.Add(osd);
            }
        }

        if (!anyHeard)
        {
            blockedBy.UnionWith(down);
        }
    }
}
