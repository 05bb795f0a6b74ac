namespace Cairn.Messaging.Configuration;

/// <summary>The configuration is wrong. The message is one sentence for people: where (file and line), which option, and what is wrong.</summary>
public sealed class ConfigException(string message, Exception? inner = null) : Exception(message, inner);
