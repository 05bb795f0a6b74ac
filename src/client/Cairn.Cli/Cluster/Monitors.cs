using Cairn.Cli.Shell;
using Cairn.Maps.Commands;
using Cairn.Messaging;
using Cairn.Messaging.Configuration;
using Cairn.Messaging.ControlPlane;
using Cairn.Messaging.Security;
using Cairn.Messaging.Wire;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Cairn.Cli.Cluster;

/// <summary>Asks the monitors: any of them answers, so the next is tried when one does not.</summary>
internal sealed class Monitors : IDisposable
{
    // A monitor that hangs must not eat the time in which another would answer.
    private static readonly TimeSpan AttemptMax = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly EntityIdentity _identity;
    private readonly TimeSpan _timeout;
    private readonly Dictionary<HostPort, GrpcChannel> _channels = [];
    private List<HostPort> _addresses;

    public Monitors(CairnConfig config)
    {
        _identity = EntityIdentity.Load(config.TlsDirectory, config.Entity);
        _timeout = config.GetDuration("rados_mon_op_timeout");
        _addresses = [.. config.MonitorHosts];
    }

    public Task<StatusReply> StatusAsync(CancellationToken cancellationToken) =>
        CallAsync((m, options) => m.StatusAsync(new StatusRequest(), options), cancellationToken);

    public Task<MonStatReply> MonStatAsync(CancellationToken cancellationToken) =>
        CallAsync((m, options) => m.MonStatAsync(new MonStatRequest(), options), cancellationToken);

    public Task<DfReply> DfAsync(CancellationToken cancellationToken) =>
        CallAsync((m, options) => m.DfAsync(new DfRequest(), options), cancellationToken);

    /// <summary>Applies a change. Sent again after a lost answer it is still applied once: its id says so.</summary>
    /// <exception cref="CliException">The cluster refused it; the message says why.</exception>
    public async Task<CommandResult> ApplyAsync(Command command, CancellationToken cancellationToken)
    {
        command.Id = ByteString.CopyFrom(Guid.NewGuid().ToByteArray(bigEndian: true));
        CommandResult result = await CallAsync((m, options) => m.SubmitCommandAsync(command, options), cancellationToken);
        return result.Status == CommandStatus.Ok ? result : throw new CliException(result.Message);
    }

    public Task<T> CallAsync<T>(
        Func<MonitorService.MonitorServiceClient, CallOptions, AsyncUnaryCall<T>> call,
        CancellationToken cancellationToken) =>
        TryEachAsync(
            async (client, deadline) =>
            {
                using AsyncUnaryCall<T> running = call(client, new CallOptions(deadline: deadline, cancellationToken: cancellationToken));
                return await running.ResponseAsync;
            },
            cancellationToken);

    /// <summary>Reads a whole stream of answers.</summary>
    public Task<List<T>> ListAsync<T>(
        Func<MonitorService.MonitorServiceClient, CallOptions, AsyncServerStreamingCall<T>> call,
        CancellationToken cancellationToken) =>
        TryEachAsync(
            async (client, deadline) =>
            {
                using AsyncServerStreamingCall<T> running = call(client, new CallOptions(deadline: deadline, cancellationToken: cancellationToken));
                List<T> all = [];
                await foreach (T item in running.ResponseStream.ReadAllAsync(cancellationToken))
                {
                    all.Add(item);
                }

                return all;
            },
            cancellationToken);

    /// <summary>A stream that has no end. It stops with an exception when its monitor goes.</summary>
    public MonitorService.MonitorServiceClient Client(HostPort address) => new(Channel(address));

    public IReadOnlyList<HostPort> Addresses => _addresses;

    public void Dispose()
    {
        foreach (GrpcChannel channel in _channels.Values)
        {
            channel.Dispose();
        }

        _identity.Dispose();
    }

    private async Task<T> TryEachAsync<T>(
        Func<MonitorService.MonitorServiceClient, DateTime, Task<T>> attempt,
        CancellationToken cancellationToken)
    {
        DateTime end = DateTime.UtcNow + _timeout;
        RpcException? last = null;
        while (true)
        {
            foreach (HostPort address in _addresses)
            {
                DateTime now = DateTime.UtcNow;
                if (now >= end)
                {
                    throw NoAnswer(last);
                }

                try
                {
                    T answer = await attempt(Client(address), now + AttemptMax < end ? now + AttemptMax : end);
                    _addresses = [address, .. _addresses.Where(a => a != address)];
                    return answer;
                }
                catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded)
                {
                    last = e;
                }
                catch (RpcException e) when (e.StatusCode == StatusCode.Cancelled && cancellationToken.IsCancellationRequested)
                {
                    throw new OperationCanceledException(cancellationToken);
                }
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    private CliException NoAnswer(RpcException? last) =>
        new($"no monitor could answer within {Units.Age(_timeout)} (asked {string.Join(", ", _addresses)}): {Reason(last)}");

    // gRPC wraps the reason in its own words; the innermost exception has the system's.
    private static string Reason(RpcException? last)
    {
        if (last?.Status.DebugException is { } exception)
        {
            while (exception.InnerException is { } inner)
            {
                exception = inner;
            }

            return exception.Message;
        }

        return last?.Status.Detail is { Length: > 0 } detail ? detail : "no answer";
    }

    private GrpcChannel Channel(HostPort address)
    {
        if (!_channels.TryGetValue(address, out GrpcChannel? channel))
        {
            channel = GrpcChannels.Create(address, _identity, EntityType.Monitor);
            _channels.Add(address, channel);
        }

        return channel;
    }
}
