using Cairn.Messaging.ControlPlane;
using Cairn.Messaging.Wire;
using Cairn.Monitor.Feeds;
using Cairn.Monitor.Hosting;
using Cairn.Monitor.Raft;
using Cairn.Monitor.State;

namespace Cairn.Monitor.Service;

/// <summary>The monitors themselves; answered without a leader too.</summary>
internal sealed class MonStatCalls(RaftNode node, StateFeed feed, MonitorSettings settings, LeaderWatch leaders)
{
    public MonStatReply MonStat()
    {
        MonitorState state = feed.State;
        MonitorPeer? leader = node.Leader;
        MonStatReply reply = new()
        {
            Leader = leader?.Name ?? "",
            Term = (ulong)node.Term,
            AnsweredBy = settings.Name,
            CommitIndex = (ulong)node.Machine.AppliedIndex,
            Epoch = state.Epoch.Value,
            OldestEpoch = state.History.Oldest.Value,
            LeaderSinceUnixMs = leader is null ? 0 : leaders.SinceUnixMs,
        };
        // Only the leader exchanges messages with all of them; another monitor vouches for itself and the leader.
        HashSet<string> inQuorum = leader is null ? []
            : node.IsLeader ? [.. node.InQuorum.Select(m => m.Name)]
            : [leader.Name, settings.Name];
        reply.Monitors.AddRange(settings.Members.Select(m => new MonitorInfo
        {
            Name = m.Name,
            Address = m.Address.ToString(),
            RaftAddress = m.RaftAddress.ToString(),
            InQuorum = inQuorum.Contains(m.Name),
        }));
        return reply;
    }

    /// <summary>The leader's view, told by this monitor.</summary>
    public MonStatReply WithOwnName(MonStatReply leaders)
    {
        leaders.AnsweredBy = settings.Name;
        return leaders;
    }

    public ProbeReply Probe() => new()
    {
        Fsid = WireGuid.Write(settings.Fsid),
        Name = settings.Name,
        HasLeader = node.Leader is not null,
        IsLeader = node.IsLeader,
        Epoch = feed.State.Epoch.Value,
        Usage = ProcessUsages.Now(),
    };
}
