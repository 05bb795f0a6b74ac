using Cairn.Objects.Operations;

namespace Cairn.Client;

/// <summary>The cluster, the pool's quota, or an OSD of the PG is full. Removing still works.</summary>
public sealed class NoSpaceException(string message, OpStatus status) : CairnException(status, message);
