using System.Threading.Channels;
using Cairn.Maps;
using Cairn.Maps.Auth;
using Cairn.Maps.Commands;
using Cairn.Maps.Stats;
using Cairn.Messaging.Wire;
using Cairn.Monitor.Feeds;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Status = Grpc.Core.Status;

namespace Cairn.Monitor.Service;

/// <summary>The monitors' gRPC service: who may, and where it is answered. The answers are elsewhere.</summary>
internal sealed class MonitorRpc(
    LeaderGateway leader,
    CommandCalls commands,
    OsdCalls osds,
    MapCalls maps,
    StatusCalls status,
    MonStatCalls monitors,
    StateFeed feed,
    EventFeed events,
    LeaderWatch leaders,
    IHostApplicationLifetime lifetime) : MonitorService.MonitorServiceBase
{
    public override async Task<CommandResult> SubmitCommand(Command request, ServerCallContext context)
    {
        Callers.RequireNoOsd(context);
        await RequireAsync(context, Callers.NeededFor(request));
        CommandResult result = await leader.CallAsync(
            context, token => commands.SubmitAsync(request, token), (client, options) => client.SubmitCommandAsync(request, options));
        // Whoever asks this monitor next sees what it has just been told.
        await feed.WaitForAsync(new Epoch(result.Epoch), context.CancellationToken);
        return result;
    }

    public override async Task SubscribeMaps(SubscribeMapsRequest request, IServerStreamWriter<MapUpdate> responseStream, ServerCallContext context)
    {
        await RequireAsync(context, Access.Read);
        CancellationToken leaderless = leaders.LeaderlessToken;
        using CancellationTokenSource end = UntilStopped(context, leaderless);
        await EndQuietlyAsync(maps.SubscribeAsync(request, responseStream, end.Token), context, leaderless);
    }

    public override async Task<MapUpdate> GetMaps(GetMapsRequest request, ServerCallContext context)
    {
        await RequireAsync(context, Access.Read);
        return maps.Get(request);
    }

    public override Task<OsdBootReply> OsdBoot(OsdBootRequest request, ServerCallContext context)
    {
        Callers.RequireOsd(context, request.Osd);
        return leader.CallAsync(context, token => osds.BootAsync(request, token), (client, options) => client.OsdBootAsync(request, options));
    }

    public override Task<OsdFailureReply> OsdFailure(OsdFailureRequest request, ServerCallContext context)
    {
        Callers.RequireOsd(context, request.Reporter);
        return leader.CallAsync(context, token => osds.FailureAsync(request, token), (client, options) => client.OsdFailureAsync(request, options));
    }

    public override Task<EpochReply> OsdMarkMeDown(OsdMarkMeDownRequest request, ServerCallContext context)
    {
        Callers.RequireOsd(context, request.Osd);
        return leader.CallAsync(context, token => osds.MarkMeDownAsync(request, token), (client, options) => client.OsdMarkMeDownAsync(request, options));
    }

    public override Task<EpochReply> OsdAlive(OsdAliveRequest request, ServerCallContext context)
    {
        Callers.RequireOsd(context, request.Osd);
        return leader.CallAsync(context, token => osds.AliveAsync(request, token), (client, options) => client.OsdAliveAsync(request, options));
    }

    public override Task<EpochReply> OsdPgTemp(OsdPgTempRequest request, ServerCallContext context)
    {
        Callers.RequireOsd(context, request.Osd);
        return leader.CallAsync(context, token => osds.PgTempAsync(request, token), (client, options) => client.OsdPgTempAsync(request, options));
    }

    public override Task<ReportStatsReply> ReportStats(ReportStatsRequest request, ServerCallContext context)
    {
        Callers.RequireOsd(context, request.Osd?.Osd ?? -1);
        return leader.CallAsync(context, token => osds.ReportAsync(request, token), (client, options) => client.ReportStatsAsync(request, options));
    }

    public override async Task<StatusReply> Status(StatusRequest request, ServerCallContext context)
    {
        await RequireAsync(context, Access.Read);
        return await leader.CallAsync(context, status.StatusAsync, (client, options) => client.StatusAsync(request, options));
    }

    public override async Task<HealthReport> Health(HealthRequest request, ServerCallContext context)
    {
        await RequireAsync(context, Access.Read);
        return await leader.CallAsync(context, token => status.HealthAsync(request.Detail, token), (client, options) => client.HealthAsync(request, options));
    }

    public override async Task<MonStatReply> MonStat(MonStatRequest request, ServerCallContext context)
    {
        await RequireAsync(context, Access.Read);
        return await leader.TryAskLeaderAsync(context, (client, options) => client.MonStatAsync(request, options)) is { } seen
            ? monitors.WithOwnName(seen)
            : monitors.MonStat();
    }

    public override async Task<DfReply> Df(DfRequest request, ServerCallContext context)
    {
        await RequireAsync(context, Access.Read);
        return await leader.CallAsync(context, status.DfAsync, (client, options) => client.DfAsync(request, options));
    }

    public override async Task<GetConfigReply> GetConfig(GetConfigRequest request, ServerCallContext context)
    {
        await RequireAsync(context, Access.Read);
        return await leader.CallAsync(context, token => status.ConfigAsync(request.Entity, token), (client, options) => client.GetConfigAsync(request, options));
    }

    public override async Task PgDump(PgDumpRequest request, IServerStreamWriter<PgStat> responseStream, ServerCallContext context)
    {
        await RequireAsync(context, Access.Read);
        IReadOnlyList<PgStat> pgs = await leader.CallAsync(
            context,
            token => status.PgDumpAsync(request, token),
            (client, options) => StreamedCall.Collect(client.PgDump(request, options)));
        foreach (PgStat pg in pgs)
        {
            await responseStream.WriteAsync(pg, context.CancellationToken);
        }
    }

    public override async Task Watch(WatchRequest request, IServerStreamWriter<ClusterEvent> responseStream, ServerCallContext context)
    {
        await RequireAsync(context, Access.Read);
        using CancellationTokenSource end = UntilStopped(context, CancellationToken.None);
        Channel<ClusterEvent> watcher = events.Subscribe((int)Math.Min(request.Past, 1000));
        try
        {
            await EndQuietlyAsync(PumpAsync(watcher, responseStream, end.Token), context, CancellationToken.None);
        }
        finally
        {
            events.Unsubscribe(watcher);
        }
    }

    public override Task<ProbeReply> Probe(ProbeRequest request, ServerCallContext context) => Task.FromResult(monitors.Probe());

    /// <summary>Lets a client through that has the capability, if need be by a newer map than this monitor's: it may have been given just now.</summary>
    /// <exception cref="RpcException">PermissionDenied, with what it has and what it would need.</exception>
    private async Task RequireAsync(ServerCallContext context, Access needed)
    {
        if (Callers.Objection(context, feed.State.Map, needed) is null)
        {
            return;
        }

        await leader.TryCatchUpAsync(context.CancellationToken);
        if (Callers.Objection(context, feed.State.Map, needed) is { } why)
        {
            throw new RpcException(new Status(StatusCode.PermissionDenied, why));
        }
    }

    private static async Task PumpAsync(Channel<ClusterEvent> watcher, IServerStreamWriter<ClusterEvent> stream, CancellationToken cancellationToken)
    {
        await foreach (ClusterEvent item in watcher.Reader.ReadAllAsync(cancellationToken))
        {
            await stream.WriteAsync(item, cancellationToken);
        }
    }

    private CancellationTokenSource UntilStopped(ServerCallContext context, CancellationToken leaderless) =>
        CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping, leaderless);

    // A stream without end is over when the client hangs up; when this monitor stops, the client is told to ask another.
    private async Task EndQuietlyAsync(Task stream, ServerCallContext context, CancellationToken leaderless)
    {
        try
        {
            await stream;
        }
        catch (OperationCanceledException) when (context.CancellationToken.IsCancellationRequested)
        {
            return;
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "the monitor stops"));
        }
        catch (OperationCanceledException) when (leaderless.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "this monitor sees no leader: another one may know newer maps"));
        }
    }
}
