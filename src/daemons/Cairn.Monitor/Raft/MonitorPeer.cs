using Cairn.Messaging;

namespace Cairn.Monitor.Raft;

/// <summary>A monitor of the cluster: where it serves gRPC, and where it speaks Raft.</summary>
internal sealed record MonitorPeer(string Name, HostPort Address, HostPort RaftAddress);
