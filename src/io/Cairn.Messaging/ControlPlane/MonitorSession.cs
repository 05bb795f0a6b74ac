using Cairn.Maps;
using Cairn.Maps.Commands;
using Cairn.Messaging.Security;
using Cairn.Messaging.Wire;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging;

namespace Cairn.Messaging.ControlPlane;

/// <summary>
/// What a client or OSD has with the monitors: calls that move on to another monitor when one fails, and a subscription to the maps
/// that does the same. Any monitor will do: what needs the leader they forward.
/// </summary>
public sealed class MonitorSession : IAsyncDisposable
{
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BackoffMin = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan BackoffMax = TimeSpan.FromSeconds(1);

    private readonly (HostPort Address, GrpcChannel Channel, MonitorService.MonitorServiceClient Client)[] _monitors;
    private readonly Guid _fsid;
    private readonly TimeSpan _callTimeout;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private int _current;
    private Task _subscription = Task.CompletedTask;

    /// <param name="callTimeout">Longest time for one call, retries on other monitors included (<c>rados_mon_op_timeout</c>).</param>
    public MonitorSession(IReadOnlyList<HostPort> monitors, EntityIdentity identity, Guid fsid, TimeSpan callTimeout, ILogger logger)
    {
        if (monitors.Count == 0)
        {
            throw new ArgumentException("no monitor addresses (mon_host)", nameof(monitors));
        }

        _monitors = [.. monitors.Select(address =>
        {
            GrpcChannel channel = GrpcChannels.Create(address, identity, EntityType.Monitor);
            return (address, channel, new MonitorService.MonitorServiceClient(channel));
        })];
        _fsid = fsid;
        _callTimeout = callTimeout;
        _logger = logger;
        // Clients that all begin with the first monitor of the list would load it alone.
        _current = Random.Shared.Next(_monitors.Length);
    }

    /// <summary>The fault that ended the subscription: the monitors are of another cluster, or do not let us in.</summary>
    public MonitorException? Fault { get; private set; }

    /// <summary>Follows the maps from <paramref name="have"/> (null: from the newest) until disposed. Once a session.</summary>
    public void Subscribe(OsdMap? have, IMapSink sink)
    {
        Invariant.Require(_subscription.IsCompleted && Fault is null, "a session has one subscription");
        _subscription = Task.Run(() => FollowAsync(have, sink));
    }

    /// <summary>Submits a command; a missing id is given. Retries are applied once.</summary>
    /// <returns>The result, which may be a refusal.</returns>
    public Task<CommandResult> SubmitAsync(Command command, CancellationToken cancellationToken)
    {
        if (command.Id.IsEmpty)
        {
            command.Id = ByteString.CopyFrom(Guid.NewGuid().ToByteArray(bigEndian: true));
        }

        return CallAsync((client, options) => client.SubmitCommandAsync(command, options), cancellationToken);
    }

    /// <summary>Makes a call that may be repeated, on whichever monitor answers.</summary>
    /// <exception cref="MonitorException">Refused, or nobody answered in time.</exception>
    public async Task<T> CallAsync<T>(
        Func<MonitorService.MonitorServiceClient, CallOptions, AsyncUnaryCall<T>> call,
        CancellationToken cancellationToken)
    {
        DateTime deadline = DateTime.UtcNow + _callTimeout;
        TimeSpan backoff = BackoffMin;
        for (int attempt = 1; ; attempt++)
        {
            int index = Volatile.Read(ref _current);
            DateTime attemptDeadline = DateTime.UtcNow + AttemptTimeout;
            try
            {
                CallOptions options = new(deadline: attemptDeadline < deadline ? attemptDeadline : deadline, cancellationToken: cancellationToken);
                using AsyncUnaryCall<T> pending = call(_monitors[index].Client, options);
                return await pending.ResponseAsync.ConfigureAwait(false);
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Cancelled && cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException(e.Status.Detail, e, cancellationToken);
            }
            catch (RpcException e) when (IsTransient(e.StatusCode))
            {
                if (DateTime.UtcNow + backoff >= deadline)
                {
                    throw new MonitorException(
                        StatusCode.Unavailable, $"no monitor answered within {_callTimeout.TotalSeconds} s; {_monitors[index].Address}: {e.Status.Detail}", e);
                }

                MoveOn(index);
                if (attempt % _monitors.Length == 0)
                {
                    await Task.Delay(backoff, cancellationToken).ConfigureAwait(false);
                    backoff = Double(backoff);
                }
            }
            catch (RpcException e)
            {
                throw new MonitorException(e.StatusCode, e.Status.Detail, e);
            }
        }
    }

    /// <summary>Opens a server stream on the monitor that answered last. The caller reads it, and opens another when it breaks.</summary>
    public AsyncServerStreamingCall<T> OpenStream<T>(
        Func<MonitorService.MonitorServiceClient, CallOptions, AsyncServerStreamingCall<T>> call, CancellationToken cancellationToken) =>
        call(_monitors[Volatile.Read(ref _current)].Client, new CallOptions(cancellationToken: cancellationToken));

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _subscription.ConfigureAwait(false);
        foreach (var monitor in _monitors)
        {
            monitor.Channel.Dispose();
        }
    }

    private async Task FollowAsync(OsdMap? have, IMapSink sink)
    {
        OsdMap? map = have;
        TimeSpan backoff = BackoffMin;
        while (!_stopping.IsCancellationRequested)
        {
            int index = Volatile.Read(ref _current);
            try
            {
                SubscribeMapsRequest request = new() { HaveEpoch = map?.Epoch.Value ?? 0, Fsid = ByteString.CopyFrom(_fsid.ToByteArray(bigEndian: true)) };
                using AsyncServerStreamingCall<MapUpdate> stream = _monitors[index].Client.SubscribeMaps(request, cancellationToken: _stopping.Token);
                await foreach (MapUpdate update in stream.ResponseStream.ReadAllAsync(_stopping.Token).ConfigureAwait(false))
                {
                    map = MapUpdates.Apply(map, update, sink);
                    backoff = BackoffMin;
                }
            }
            catch (Exception) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (RpcException e) when (!IsTransient(e.StatusCode))
            {
                Fault = new MonitorException(e.StatusCode, e.Status.Detail, e);
                ControlPlaneLog.SubscriptionRefused(_logger, _monitors[index].Address, e.Status.Detail);
                return;
            }
            catch (RpcException e)
            {
                ControlPlaneLog.SubscriptionLost(_logger, _monitors[index].Address, e.Status.Detail);
            }
            catch (Exception e) when (e is OsdMapMismatchException or MapFormatException)
            {
                // Start over from a full map: then whatever went wrong in ours is gone.
                ControlPlaneLog.MapDiverged(_logger, _monitors[index].Address, e.Message);
                map = null;
            }

            MoveOn(index);
            await Task.Delay(backoff, CancellationToken.None).ConfigureAwait(false);
            backoff = Double(backoff);
        }
    }

    private void MoveOn(int failed) => Interlocked.CompareExchange(ref _current, (failed + 1) % _monitors.Length, failed);

    private static TimeSpan Double(TimeSpan backoff) => backoff * 2 < BackoffMax ? backoff * 2 : BackoffMax;

    private static bool IsTransient(StatusCode status) =>
        status is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Cancelled or StatusCode.Aborted or StatusCode.Internal or StatusCode.Unknown;
}
