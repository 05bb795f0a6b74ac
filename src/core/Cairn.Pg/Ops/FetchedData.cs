using Cairn.Objects;

namespace Cairn.Pg.Ops;

/// <summary>The bytes an execution asked for, and the object's state it asked by.</summary>
/// <param name="Base">The object when the extents were asked for (<see cref="OpOutcome.Before"/>). Should it differ by now, they are asked for again.</param>
/// <param name="Extents">In the order of <see cref="OpOutcome.Needs"/>, each of the length asked for.</param>
public sealed record FetchedData(ObjectStat? Base, IReadOnlyList<ReadOnlyMemory<byte>> Extents);
