using Cairn.Objects.Operations;

namespace Cairn.Client;

/// <summary>A compare or assert of a compound operation did not hold; nothing was changed.</summary>
public sealed class ConditionFailedException(string message, OpStatus status) : CairnException(status, message);
