using Cairn.Maps.Stats;
using Cairn.Messaging.Wire;
using Cairn.Monitor.Feeds;
using Cairn.Monitor.Raft;
using Microsoft.Extensions.Logging;

namespace Cairn.Monitor.Service;

/// <summary>Notes who leads, since when, and tells.</summary>
internal sealed class LeaderWatch : IDisposable
{
    // Longer than an election takes: map subscribers need not move for that.
    private static readonly TimeSpan LeaderlessPatience = TimeSpan.FromSeconds(3);

    private readonly Lock _gate = new();
    private readonly ITimer _patience;
    private CancellationTokenSource _leaderless = new();
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
        _patience = time.CreateTimer(_ => GiveUp(), null, LeaderlessPatience, LeaderlessPatience);
        node.Cluster.LeaderChanged += (_, _) => Note();
    }

    /// <summary>Cancelled, and then made anew, each time that this monitor has known no leader for some seconds.</summary>
    public CancellationToken LeaderlessToken
    {
        get
        {
            lock (_gate)
            {
                return _leaderless.Token;
            }
        }
    }

    public void Dispose()
    {
        _patience.Dispose();
        _leaderless.Dispose();
    }

    public long SinceUnixMs => Volatile.Read(ref _sinceUnixMs);

    private void GiveUp()
    {
        CancellationTokenSource ended;
        lock (_gate)
        {
            ended = _leaderless;
            _leaderless = new CancellationTokenSource();
        }

        ended.Cancel();
    }

    private void Note()
    {
        long now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        Volatile.Write(ref _sinceUnixMs, now);
        ClusterEvent note = new() { UnixMs = now, Kind = EventKind.Leader, Osd = -1 };
        if (_node.Leader is { } leader)
        {
            _patience.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            MonitorLog.LeaderIs(_logger, leader.Name, _node.Term);
            note.Message = $"mon.{leader.Name} leads, term {_node.Term}";
        }
        else
        {
            _patience.Change(LeaderlessPatience, LeaderlessPatience);
            MonitorLog.NoLeader(_logger);
            note.Severity = HealthSeverity.HealthWarn;
            note.Message = "no monitor leads";
        }

        _events.Publish(note);
    }
}
