using Cairn.Objects.Operations;

namespace Cairn.Client;

/// <summary>There is no such object.</summary>
public sealed class ObjectNotFoundException(string message) : CairnException(OpStatus.NotFound, message);
