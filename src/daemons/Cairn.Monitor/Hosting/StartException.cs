namespace Cairn.Monitor.Hosting;

/// <summary>The monitor can't start; the message is one sentence for the operator.</summary>
internal sealed class StartException(string message) : Exception(message);
