using Cairn.Objects;
using Cairn.Objects.Operations;

namespace Cairn.Client;

/// <summary>What a compound operation returned: one result a step.</summary>
/// <param name="Version">The object's version after it, or that was read.</param>
public sealed record OperationResult(Eversion Version, IReadOnlyList<StepResult> Steps);
