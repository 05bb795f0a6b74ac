namespace Cairn.Monitor.Raft;

/// <param name="Name">Of this monitor: one of the members.</param>
/// <param name="Directory">Of log and snapshots.</param>
/// <param name="ElectionTimeoutMs">Silence of the leader after which others stand for election, at the earliest; up to twice that.</param>
internal sealed record RaftSettings(string Name, string Directory, IReadOnlyList<MonitorPeer> Members, int ElectionTimeoutMs);
