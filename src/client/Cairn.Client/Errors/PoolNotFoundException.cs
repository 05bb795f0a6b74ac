using Cairn.Objects.Operations;

namespace Cairn.Client;

/// <summary>There is no such pool, or it was removed.</summary>
public sealed class PoolNotFoundException(string message) : CairnException(OpStatus.NoSuchPool, message);
