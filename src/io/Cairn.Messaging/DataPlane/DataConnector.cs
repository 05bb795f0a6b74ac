using System.Net;
using System.Net.Sockets;
using Cairn.Messaging.DataPlane.Handshake;
using Cairn.Messaging.DataPlane.Loops;
using Cairn.Messaging.DataPlane.Transport;

namespace Cairn.Messaging.DataPlane;

/// <summary>Connects to the data plane of daemons.</summary>
/// <remarks>All its connections share one thread, in which their handlers are called.</remarks>
public sealed class DataConnector(DataPlaneOptions options)
{
    private readonly EventLoop _loop = EventLoop.NextConnecting();

    public DataPlaneOptions Options => options;

    /// <summary>Connects and authenticates. The handler is called from then on, possibly before this returns.</summary>
    /// <param name="expected">Whom we want to reach; null: whoever is there.</param>
    /// <exception cref="HandshakeException">Another entity, cluster, version or mode is there.</exception>
    /// <exception cref="IOException">Nobody is there, or the connection broke.</exception>
    /// <exception cref="TimeoutException">It took longer than <c>ms_connect_timeout</c>.</exception>
    public async Task<DataConnection> ConnectAsync(HostPort address, EntityName? expected, IFrameHandler handler, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.ConnectTimeout);
        Socket? socket = null;
        Handshaker? handshaker = null;
        try
        {
            IPEndPoint endPoint = await address.ResolveAsync(limit.Token).ConfigureAwait(false);
            socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            SocketSetup.Apply(socket, options);
            IByteChannel channel = await OpenAsync(socket, endPoint, limit.Token).ConfigureAwait(false);
            LocalTraffic.DoNotPace(socket);
            handshaker = new Handshaker(socket, channel, address, options);
            HandshakeResult handshake = await handshaker.InitiateAsync(expected, limit.Token).ConfigureAwait(false);
            DataConnection connection = new(handshake, options, address, isAccepted: false);
            connection.Start(handler);
            return connection;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Abandon(handshaker, socket);
            throw new TimeoutException($"{expected?.ToString() ?? "the peer"} at {address} did not answer within {options.ConnectTimeout.TotalSeconds} s");
        }
        catch (SocketException e)
        {
            Abandon(handshaker, socket);
            throw new IOException($"can't connect to {expected?.ToString() ?? "the peer"} at {address}: {e.Message}", e);
        }
        catch
        {
            Abandon(handshaker, socket);
            throw;
        }
    }

    // TLS needs the stream that .NET makes of a socket, and with it .NET's own way of waiting.
    private async ValueTask<IByteChannel> OpenAsync(Socket socket, IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        if (options.Mode == DataPlaneMode.Crc)
        {
            return await LoopChannel.ConnectAsync(socket, endPoint, _loop, cancellationToken).ConfigureAwait(false);
        }

        await socket.ConnectAsync(endPoint, cancellationToken).ConfigureAwait(false);
        return new SocketChannel(socket);
    }

    private static void Abandon(Handshaker? handshaker, Socket? socket)
    {
        handshaker?.Abandon();
        socket?.Dispose();
    }
}
