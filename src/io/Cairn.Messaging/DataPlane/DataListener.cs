using System.Net;
using System.Net.Sockets;
using Cairn.Messaging.DataPlane.Handshake;
using Cairn.Messaging.DataPlane.Loops;
using Cairn.Messaging.DataPlane.Transport;
using Microsoft.Extensions.Logging;

namespace Cairn.Messaging.DataPlane;

/// <summary>Accepts data-plane connections.</summary>
public sealed class DataListener : IAsyncDisposable
{
    private const int Backlog = 1024;

    private readonly DataPlaneOptions _options;
    private readonly Func<DataConnection, IFrameHandler> _accept;
    private readonly Func<EntityName, ReceiveBudget?> _budgetOf;
    private readonly ILogger _logger;
    private readonly Socket _socket;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private readonly HashSet<DataConnection> _connections = [];
    private readonly Task _accepting;
    private int _open;

    /// <param name="endPoint">Where to listen; port 0: any free one, see <see cref="Address"/>.</param>
    /// <param name="accept">Gives the handler of a new connection, whose peer is authenticated.</param>
    /// <param name="budgetOf">Bounds the requests of such peers in memory; null for OSDs, which bound themselves.</param>
    /// <exception cref="IOException">The address can't be listened on.</exception>
    public DataListener(
        DataPlaneOptions options,
        IPEndPoint endPoint,
        Func<DataConnection, IFrameHandler> accept,
        Func<EntityName, ReceiveBudget?> budgetOf,
        ILogger logger)
    {
        _options = options;
        _accept = accept;
        _budgetOf = budgetOf;
        _logger = logger;
        _socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            _socket.Bind(endPoint);
            _socket.Listen(Backlog);
        }
        catch (SocketException e)
        {
            _socket.Dispose();
            throw new IOException($"can't listen on {endPoint}: {e.Message}", e);
        }

        Address = HostPort.From((IPEndPoint)_socket.LocalEndPoint!);
        _accepting = Task.Run(AcceptLoopAsync);
    }

    /// <summary>Where it listens.</summary>
    public HostPort Address { get; }

    /// <summary>Connections of now, those still in their handshake included.</summary>
    public int ConnectionCount => Volatile.Read(ref _open);

    /// <summary>Stops listening and closes all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        _socket.Dispose();
        await _accepting.ConfigureAwait(false);
        DataConnection[] connections;
        lock (_lock)
        {
            connections = [.. _connections];
        }

        foreach (DataConnection connection in connections)
        {
            connection.Close();
        }

        await Task.WhenAll(connections.Select(c => c.Closed)).ConfigureAwait(false);
    }

    private async Task AcceptLoopAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                Socket socket = await _socket.AcceptAsync(_stopping.Token).ConfigureAwait(false);
                if (Interlocked.Increment(ref _open) > _options.ConnectionsMax)
                {
                    MessagingLog.TooManyConnections(_logger, HostPort.From((IPEndPoint)socket.RemoteEndPoint!), _options.ConnectionsMax);
                    Interlocked.Decrement(ref _open);
                    socket.Dispose();
                    continue;
                }

                _ = ServeAsync(socket);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e)
            {
                // Out of file descriptors, or a peer that gave up: others may still be served, but not in a hot loop.
                MessagingLog.AcceptFailed(_logger, Address, e);
                await Task.Delay(50).ConfigureAwait(false);
            }
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        HostPort remote = default;
        try
        {
            remote = HostPort.From((IPEndPoint)socket.RemoteEndPoint!);
            DataConnection connection = await AuthenticateAsync(socket, remote).ConfigureAwait(false);
            lock (_lock)
            {
                _connections.Add(connection);
            }

            connection.Start(_accept(connection));
            if (_stopping.IsCancellationRequested)
            {
                connection.Close();
            }

            await connection.Closed.ConfigureAwait(false);
            lock (_lock)
            {
                _connections.Remove(connection);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException or TimeoutException)
        {
            if (!_stopping.IsCancellationRequested)
            {
                MessagingLog.HandshakeFailed(_logger, remote, e.Message);
            }

            socket.Dispose();
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task<DataConnection> AuthenticateAsync(Socket socket, HostPort remote)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        limit.CancelAfter(_options.ConnectTimeout);
        SocketSetup.Apply(socket, _options);
        LocalTraffic.DoNotPace(socket);
        IByteChannel channel = _options.Mode == DataPlaneMode.Crc ? new LoopChannel(socket, EventLoop.Accepting) : new SocketChannel(socket);
        Handshaker handshaker = new(socket, channel, remote, _options);
        try
        {
            HandshakeResult handshake = await handshaker.AcceptAsync(limit.Token).ConfigureAwait(false);
            handshake.Reader.Budget = _budgetOf(handshake.Peer);
            return new DataConnection(handshake, _options, remote, isAccepted: true);
        }
        catch
        {
            handshaker.Abandon();
            throw;
        }
    }
}
