using Cairn.Messaging.Security;
using Cairn.Messaging.Wire;
using Cairn.Monitor.Feeds;
using Cairn.Monitor.Leading;
using Cairn.Monitor.Raft;
using Cairn.Monitor.Service;
using Cairn.Monitor.State;
using Cairn.Monitor.State.Applying;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cairn.Monitor.Hosting;

/// <summary>The parts of a running monitor and the loops that drive them.</summary>
internal sealed class MonitorParts(
    MonitorSettings settings,
    CurrentSettings current,
    EntityIdentity identity,
    StateFeed feed,
    EventFeed events,
    LeaderMemory memory,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    ILoggerFactory logs) : IHostedService, IAsyncDisposable
{
    private readonly ILogger _logger = logs.CreateLogger("Cairn.Monitor");
    private readonly CancellationTokenSource _stop = new();
    private RaftNode? _node;
    private LeaderGateway? _gateway;
    private LeaderWatch? _leaders;
    private volatile bool _started;
    private Task[] _loops = [];
    private Func<CancellationToken, Task>[] _work = [];

    public MonitorRpc Rpc { get; private set; } = null!;

    /// <summary>Recovers the state from snapshot and log, and puts the parts together.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        MonitorStateMachine machine = new(
            Directory.CreateDirectory(Path.Combine(settings.DataDirectory, "snapshots")), OnApplied, OnBroken);
        RaftNode node = await RaftNode.CreateAsync(
            new RaftSettings(settings.Name, settings.DataDirectory, settings.Members, settings.ElectionTimeoutMs), identity, machine, logs, cancellationToken);
        _node = node;
        Proposer proposer = new(node.Cluster, () => current.Current.Limits, settings.ClientTimeout, time, _logger);
        LeaderDuties duties = new(node, proposer, feed, memory, current, time, _logger);
        BalancerDuty balancer = new(node, proposer, feed, memory, current, time, _logger);
        LeaderGateway gateway = new(node, identity, settings, time);
        _gateway = gateway;
        LeaderWatch leaders = new(node, events, time, _logger);
        _leaders = leaders;
        MonStatCalls monitors = new(node, feed, settings, leaders);
        StatusCalls status = new(node, feed, memory, current, monitors, time);
        HealthWatch health = new(node, events, status, gateway, time);
        Rpc = new MonitorRpc(
            gateway,
            new CommandCalls(proposer, feed, current),
            new OsdCalls(proposer, feed, memory, duties, settings, time),
            new MapCalls(feed, settings),
            status,
            monitors,
            feed,
            events,
            leaders,
            lifetime);
        _work = [proposer.RunAsync, duties.RunAsync, balancer.RunAsync, health.RunAsync];
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _started = true;
        await _node!.StartAsync(cancellationToken);
        _loops = [.. _work.Select(RunAsync)];
        MonitorLog.Started(_logger, settings.Name, settings.Fsid, settings.Self.Address.ToString(), settings.Members.Count, feed.State.Epoch.ToString());
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        MonitorLog.Stopping(_logger);
        await _stop.CancelAsync();
        await Task.WhenAll(_loops);
    }

    public async ValueTask DisposeAsync()
    {
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }

        _gateway?.Dispose();
        _leaders?.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync(Func<CancellationToken, Task> loop)
    {
        try
        {
            await loop(_stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e)
        {
            MonitorLog.LoopBroken(_logger, e);
            Fail();
        }
    }

    private void OnApplied(AppliedEntry applied)
    {
        feed.Publish(applied.State);
        foreach (StateEvent item in applied.Events)
        {
            if (_started)
            {
                // Entries replayed at the start are no news.
                MonitorLog.ClusterEvent(_logger, item.Message);
            }

            events.Publish(new ClusterEvent
            {
                UnixMs = item.UnixMs,
                Kind = (EventKind)item.Kind,
                Severity = item.Severity,
                Message = item.Message,
                Epoch = item.Epoch.Value,
                Osd = item.Osd.Value,
            });
        }
    }

    private void OnBroken(Exception bug)
    {
        MonitorLog.EntryBroken(_logger, bug);
        Fail();
    }

    private void Fail()
    {
        Environment.ExitCode = 1;
        lifetime.StopApplication();
    }
}
