using Cairn.Maps.Stats;
using Cairn.Messaging.Wire;
using Cairn.Monitor.Feeds;
using Cairn.Monitor.Raft;
using Microsoft.Extensions.Logging;

namespace Cairn.Monitor.Service;

/// <summary>Notes who leads, since when, and tells.</summary>
internal sealed class LeaderWatch
{
    private readonly RaftNode _node;
    private readonly EventFeed _events;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private long _sinceUnixMs;

    public LeaderWatch(RaftNode node, EventFeed events, TimeProvider time, ILogger logger)
    {
        _node = node;
        _events = events;
        _time = time;
        _logger = logger;
        node.Cluster.LeaderChanged += (_, _) => Note();
    }

    public long SinceUnixMs => Volatile.Read(ref _sinceUnixMs);

    private void Note()
    {
        long now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        Volatile.Write(ref _sinceUnixMs, now);
        ClusterEvent note = new() { UnixMs = now, Kind = EventKind.Leader, Osd = -1 };
        if (_node.Leader is { } leader)
        {
            MonitorLog.LeaderIs(_logger, leader.Name, _node.Term);
            note.Message = $"mon.{leader.Name} leads, term {_node.Term}";
        }
        else
        {
            MonitorLog.NoLeader(_logger);
            note.Severity = HealthSeverity.HealthWarn;
            note.Message = "no monitor leads";
        }

        _events.Publish(note);
    }
}
