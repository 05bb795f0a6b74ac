using System.Collections.Immutable;
using Cairn.Maps;

namespace Cairn.Pg;

/// <summary>An interval that is over.</summary>
/// <param name="MaybeWentRw">Whether it may have accepted writes: enough members, and its primary's up_thru reached into it.</param>
public sealed record PastInterval(
    Epoch First, Epoch Last, ImmutableArray<OsdId> Up, ImmutableArray<OsdId> Acting, OsdId Primary, bool MaybeWentRw);
