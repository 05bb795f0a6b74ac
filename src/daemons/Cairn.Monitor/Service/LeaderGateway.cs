using System.Collections.Concurrent;
using Cairn.Messaging;
using Cairn.Messaging.ControlPlane;
using Cairn.Messaging.Security;
using Cairn.Messaging.Wire;
using Cairn.Monitor.Hosting;
using Cairn.Monitor.Raft;
using Grpc.Core;
using Grpc.Net.Client;

namespace Cairn.Monitor.Service;

/// <summary>Brings a request to the leader, whoever that is, within a bounded time: here if this monitor leads, else over gRPC.</summary>
internal sealed class LeaderGateway(RaftNode node, EntityIdentity identity, MonitorSettings settings, TimeProvider time) : IDisposable
{
    // Set by a monitor that passes a request on; the entity that asked first.
    private const string OnBehalfOf = "cairn-on-behalf-of";

    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(1);

    // Only a caller that would be refused waits for it: on a busy machine it must not be refused for that.
    private static readonly TimeSpan CatchUpTimeout = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, GrpcChannel> _channels = new();

    /// <summary>Who asks: the peer itself, or, where a monitor passes the request on, the one that asked that monitor.</summary>
    public static EntityName CallerOf(ServerCallContext context)
    {
        EntityName peer = context.GetPeerEntity();
        return peer.Type == EntityType.Monitor && EntityName.TryParse(context.RequestHeaders.GetValue(OnBehalfOf), out EntityName original) ? original : peer;
    }

    /// <param name="local">How the leader answers.</param>
    /// <param name="remote">How to ask it.</param>
    /// <exception cref="RpcException">The leader's answer, or Unavailable: no leader in time.</exception>
    public async Task<TReply> CallAsync<TReply>(
        ServerCallContext context,
        Func<CancellationToken, Task<TReply>> local,
        Func<MonitorService.MonitorServiceClient, CallOptions, AsyncUnaryCall<TReply>> remote)
    {
        bool passedOn = context.RequestHeaders.GetValue(OnBehalfOf) is not null;
        DateTime deadline = Earlier(context.Deadline, time.GetUtcNow().UtcDateTime + settings.ClientTimeout);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        TimeSpan remaining = deadline - time.GetUtcNow().UtcDateTime;
        limit.CancelAfter(remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero);
        string problem = "no leader";
        try
        {
            while (true)
            {
                try
                {
                    if (node.IsLeader)
                    {
                        return await local(limit.Token);
                    }

                    if (node.Leader is { } leader && leader.Name != settings.Name && !passedOn)
                    {
                        CallOptions options = new(
                            new Metadata { { OnBehalfOf, CallerOf(context).ToString() } }, deadline, limit.Token);
                        return await remote(ClientOf(leader), options);
                    }
                }
                catch (NotLeadingException e)
                {
                    problem = e.Message;
                }
                catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable)
                {
                    problem = e.Status.Detail;
                }

                if (passedOn)
                {
                    // The monitor that passed it on looks for the leader anew.
                    throw new RpcException(new Status(StatusCode.Unavailable, $"mon.{settings.Name} does not lead"));
                }

                await Task.Delay(RetryPause, time, limit.Token);
            }
        }
        catch (TimeoutException e)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, e.Message));
        }
        catch (Exception e) when (!context.CancellationToken.IsCancellationRequested
            && (e is OperationCanceledException || e is RpcException { StatusCode: StatusCode.Cancelled or StatusCode.DeadlineExceeded }))
        {
            throw new RpcException(new Status(
                StatusCode.Unavailable,
                $"no quorum: no leader of the {settings.Members.Count} monitors answered within {settings.ClientTimeout.TotalSeconds:0.#} s ({problem})"));
        }
    }

    /// <summary>What another monitor that leads answers to a question this one could answer less well; null if it can't be had at once.</summary>
    public async Task<TReply?> TryAskLeaderAsync<TReply>(
        ServerCallContext context, Func<MonitorService.MonitorServiceClient, CallOptions, AsyncUnaryCall<TReply>> remote)
        where TReply : class
    {
        if (node.IsLeader || node.Leader is not { } leader || context.RequestHeaders.GetValue(OnBehalfOf) is not null)
        {
            return null;
        }

        try
        {
            Metadata headers = new() { { OnBehalfOf, CallerOf(context).ToString() } };
            return await remote(ClientOf(leader), new CallOptions(headers, time.GetUtcNow().UtcDateTime + AskTimeout, context.CancellationToken));
        }
        catch (RpcException)
        {
            return null;
        }
    }

    /// <summary>Brings this monitor's state up to what was acknowledged before the call, if a leader can be asked in time.</summary>
    public async Task TryCatchUpAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(CatchUpTimeout);
        try
        {
            await node.ReadBarrierAsync(limit.Token);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested
            && e is InvalidOperationException or OperationCanceledException or DotNext.Net.Cluster.Consensus.ConsensusProtocolException)
        {
            // Without a quorum what is known here is what holds.
        }
    }

    /// <summary>A client of another monitor.</summary>
    public MonitorService.MonitorServiceClient ClientOf(MonitorPeer peer) => new(_channels.GetOrAdd(
        peer.Name, _ => GrpcChannels.Create(peer.Address, identity, EntityType.Monitor, TimeSpan.FromSeconds(1))));

    public void Dispose()
    {
        foreach (GrpcChannel channel in _channels.Values)
        {
            channel.Dispose();
        }
    }

    private static DateTime Earlier(DateTime a, DateTime b) => a < b ? a : b;
}
