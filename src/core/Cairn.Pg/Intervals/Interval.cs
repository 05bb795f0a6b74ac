using System.Collections.Immutable;
using Cairn.Maps;

namespace Cairn.Pg;

/// <summary>A stretch of epochs in which the same OSDs, in the same roles, served the PG.</summary>
public sealed record Interval(Epoch Since, ImmutableArray<OsdId> Up, OsdId UpPrimary, ImmutableArray<OsdId> Acting, OsdId Primary)
{
    /// <summary>OSDs that act: a place in <see cref="Acting"/> may be empty.</summary>
    public int ActingCount
    {
        get
        {
            int count = 0;
            foreach (OsdId osd in Acting)
            {
                count += osd.IsReal ? 1 : 0;
            }

            return count;
        }
    }

    public bool HasSameMembers(PgMapping mapping) =>
        Primary == mapping.ActingPrimary && UpPrimary == mapping.UpPrimary
        && Up.AsSpan().SequenceEqual(mapping.Up.AsSpan()) && Acting.AsSpan().SequenceEqual(mapping.Acting.AsSpan());

    public bool IsMember(OsdId osd) => Acting.Contains(osd) || Up.Contains(osd);

    public override string ToString() =>
        $"{Since} up [{string.Join(',', Up.Select(o => o.Value))}] acting [{string.Join(',', Acting.Select(o => o.Value))}] primary {Primary}";
}
