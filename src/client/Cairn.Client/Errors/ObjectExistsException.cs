using Cairn.Objects.Operations;

namespace Cairn.Client;

/// <summary>An exclusive create found the object there.</summary>
public sealed class ObjectExistsException(string message) : CairnException(OpStatus.Exists, message);
