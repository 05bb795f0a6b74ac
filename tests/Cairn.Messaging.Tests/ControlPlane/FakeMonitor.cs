using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using Cairn.Maps;
using Cairn.Maps.Commands;
using Cairn.Messaging.ControlPlane;
using Cairn.Messaging.Security;
using Cairn.Messaging.Wire;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cairn.Messaging.Tests.ControlPlane;

/// <summary>A monitor's gRPC service on a real, mutually authenticated socket; what it says is up to the test.</summary>
internal sealed class FakeMonitor : MonitorService.MonitorServiceBase, IAsyncDisposable
{
    private readonly WebApplication _app;

    public FakeMonitor(EntityIdentity identity)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenGrpc(new IPEndPoint(IPAddress.Loopback, 0), identity));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(this);
        _app = builder.Build();
        _app.MapGrpcService<FakeMonitor>();
        ((Microsoft.Extensions.Hosting.IHost)_app).StartAsync().GetAwaiter().GetResult();
        Address = new HostPort("127.0.0.1", new Uri(_app.Urls.First()).Port);
    }

    public HostPort Address { get; }

    /// <summary>Written here, sent to the subscriber.</summary>
    public Channel<MapUpdate> Updates { get; } = Channel.CreateUnbounded<MapUpdate>();

    public Channel<uint> Subscriptions { get; } = Channel.CreateUnbounded<uint>();

    public ConcurrentQueue<(EntityName From, ByteString Id)> Commands { get; } = [];

    public Func<CommandResult> Answer { get; set; } = static () => new CommandResult { Status = CommandStatus.Ok, Message = "done" };

    public override Task<CommandResult> SubmitCommand(Command request, ServerCallContext context)
    {
        Commands.Enqueue((context.GetPeerEntity(), request.Id));
        return Task.FromResult(Answer());
    }

    public override async Task SubscribeMaps(SubscribeMapsRequest request, IServerStreamWriter<MapUpdate> responseStream, ServerCallContext context)
    {
        await Subscriptions.Writer.WriteAsync(request.HaveEpoch);
        await foreach (MapUpdate update in Updates.Reader.ReadAllAsync(context.CancellationToken))
        {
            await responseStream.WriteAsync(update);
            if (update.LastEpoch == uint.MaxValue)
            {
                throw new RpcException(new Status(StatusCode.Unavailable, "going down"));
            }
        }
    }

    public void Send(OsdMap? full, params OsdMapIncremental[] incrementals)
    {
        MapUpdate update = new() { Full = full is null ? ByteString.Empty : ByteString.CopyFrom(full.Encode()), FullEpoch = full?.Epoch.Value ?? 0 };
        update.Incrementals.AddRange(incrementals.Select(i => ByteString.CopyFrom(i.Encode().Span)));
        Updates.Writer.TryWrite(update);
    }

    /// <summary>Breaks the subscription as a monitor that stops does.</summary>
    public void Break() => Updates.Writer.TryWrite(new MapUpdate { LastEpoch = uint.MaxValue });

    public async ValueTask DisposeAsync()
    {
        Updates.Writer.TryComplete();
        using CancellationTokenSource atOnce = new(TimeSpan.FromMilliseconds(100));
        await _app.StopAsync(atOnce.Token);
        await _app.DisposeAsync();
    }
}
