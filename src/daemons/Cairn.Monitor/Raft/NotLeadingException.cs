namespace Cairn.Monitor.Raft;

/// <summary>This monitor does not lead, or led no longer before the change was known to be committed: ask the leader, with the same id.</summary>
internal sealed class NotLeadingException(string message) : Exception(message);
