namespace Cairn.Messaging.Security;

/// <summary>An entity's certificate or key is missing or wrong. The message names the file.</summary>
public sealed class IdentityException(string message, Exception? inner = null) : Exception(message, inner);
