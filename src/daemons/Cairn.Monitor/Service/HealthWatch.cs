using Cairn.Maps.Stats;
using Cairn.Messaging.Wire;
using Cairn.Monitor.Feeds;
using Cairn.Monitor.Raft;
using Grpc.Core;

namespace Cairn.Monitor.Service;

/// <summary>Turns changes of health into events while somebody watches this monitor.</summary>
internal sealed class HealthWatch(RaftNode node, EventFeed events, StatusCalls status, LeaderGateway gateway, TimeProvider time)
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    private Dictionary<string, HealthCheck>? _last;

    public async Task RunAsync(CancellationToken stop)
    {
        using PeriodicTimer timer = new(Round, time);
        while (await timer.WaitForNextTickAsync(stop))
        {
            if (!events.IsWatched)
            {
                _last = null;
                continue;
            }

            try
            {
                Compare(await ReadAsync(stop));
            }
            catch (Exception e) when (e is NotLeadingException or RpcException)
            {
                // No leader to ask: the leader's own event says so.
            }
        }
    }

    private async Task<HealthReport> ReadAsync(CancellationToken stop) => node.IsLeader || node.Leader is not { } leader
        ? await status.HealthAsync(detail: false, stop)
        : await gateway.ClientOf(leader).HealthAsync(new HealthRequest(), deadline: time.GetUtcNow().UtcDateTime + Round, cancellationToken: stop);

    private void Compare(HealthReport report)
    {
        Dictionary<string, HealthCheck> now = report.Checks.ToDictionary(c => c.Code);
        if (_last is { } last)
        {
            foreach (HealthCheck check in report.Checks)
            {
                if (!last.TryGetValue(check.Code, out HealthCheck? before) || before.Summary != check.Summary)
                {
                    Tell(check.Code, check.Severity, $"{(before is null ? "Health check failed" : "Health check update")}: {check.Summary} ({check.Code})");
                }
            }

            foreach (HealthCheck gone in last.Values.Where(c => !now.ContainsKey(c.Code)))
            {
                Tell(gone.Code, HealthSeverity.HealthOk, $"Health check cleared: {gone.Code} (was: {gone.Summary})");
            }

            if (last.Count > 0 && now.Count == 0)
            {
                Tell("", HealthSeverity.HealthOk, "Cluster is now healthy");
            }
        }

        _last = now;
    }

    private void Tell(string code, HealthSeverity severity, string message) => events.Publish(new ClusterEvent
    {
        UnixMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
        Kind = EventKind.Health,
        Severity = severity,
        Message = message,
        Osd = -1,
        Code = code,
    });
}
