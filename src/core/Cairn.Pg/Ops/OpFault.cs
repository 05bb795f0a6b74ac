using Cairn.Objects.Operations;

namespace Cairn.Pg.Ops;

/// <summary>Why an operation can't be done: foreseen, so a value.</summary>
public sealed record OpFault(OpStatus Status, string Message);
